/**
 * The key pair of an NKey user, on Node's own Ed25519. The nkeys library computes in JavaScript, 10 ms for each signature and
 * for each public key, and a connection needs three of them; the bytes are the same. An NKey is base32 of a prefix, the raw
 * bytes and a checksum, as https://github.com/nats-io/nkeys has it.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { fromSeed } from "nkeys.js";

export interface UserKey {
  /** `U…`. */
  readonly publicKey: string;
  /** The Ed25519 signature, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const userPrefix = 20 << 3;
const seedPrefix = 18 << 3;
const rawLength = 32;
/** What stands before the raw bytes of an Ed25519 key in PKCS#8, and of a public one in SPKI, by RFC 8410. */
const pkcs8Header = Buffer.from("302e020100300506032b657004220420", "hex");

const spkiHeader = Buffer.from("302a300506032b6570032100", "hex");

const fromBase32 = (text: string): Buffer => {
  const bytes: number[] = [];
  let [bits, held] = [0, 0];
  for (const letter of text) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >>> bits) & 0xff);
  }
  return Buffer.from(bytes);
};

/** Without padding; the bits that are missing in the last letter are zeros. */
const toBase32 = (bytes: Uint8Array): string => {
  let [text, bits, held] = ["", 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      text += alphabet[(held >>> bits) & 0x1f];
    }
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 0x1f];
};

/** CRC-16 as in XMODEM. */
const checksum = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
};

const checked = (...parts: readonly Uint8Array[]): string => {
  const body = Buffer.concat(parts);
  const crc = checksum(body);
  return toBase32(Buffer.concat([body, Buffer.of(crc & 0xff, crc >>> 8)]));
};

const publicKeyOf = (raw: Uint8Array): string => checked(Buffer.of(userPrefix), raw);

/** The seed as people keep it, `SU…`: the prefix of a seed and, over the border of its bytes, that of a user. */
export const seedText = (raw: Uint8Array): string =>
  checked(Buffer.of(seedPrefix | (userPrefix >>> 5), (userPrefix & 0x1f) << 3), raw);
/** The public key behind `U…`; `undefined`: it is not that of a user, or its checksum is wrong. */
export const publicKeyObject = (publicKey: string): KeyObject | undefined => {
  const raw = fromBase32(publicKey).subarray(1, 1 + rawLength);
  if (raw.length !== rawLength || publicKeyOf(raw) !== publicKey) return undefined;
  return createPublicKey({ key: Buffer.concat([spkiHeader, raw]), format: "der", type: "spki" });
};

/** Throws for what is not the seed of a user, perhaps with the seed in the message: never repeat it. */
export const userKey = (seed: string): UserKey => {
  // The library would pass over a letter too many.
  if (!/^SU[A-Z2-7]{56}$/.test(seed)) throw new Error("not the seed of a user");
  // Checks the checksum.
  fromSeed(new TextEncoder().encode(seed));
  const raw = fromBase32(seed).subarray(2, 2 + rawLength);
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Header, raw]), format: "der", type: "pkcs8" });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    publicKey: publicKeyOf(spki.subarray(-rawLength)),
    sign: (message) => sign(null, message, privateKey),
  };
};
