/**
 * X.509 certificates for tests of TLS: an authority, and what it signs. Node reads certificates and makes none, so the few
 * fields that servers and clients look at are written here, in DER: `const ca = authority("test CA")`.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

export interface Certified {
  /** Both in PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certified {
  readonly issue: (options: Leaf) => Certified;
}

export interface Leaf {
  readonly name: string;
  /** Host names and addresses that it stands for; none for a client. */
  readonly hosts?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly untilMs?: number;
}

const dayMs = 24 * 60 * 60_000;

const lengthOf = ({ length }: Uint8Array): Buffer => {
  if (length < 128) return Buffer.of(length);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
};

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content), content]);
};

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const octets = (...parts: readonly Uint8Array[]): Buffer => der(0x04, ...parts);
const bits = (content: Uint8Array): Buffer => der(0x03, Buffer.of(0), content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const yes = der(0x01, Buffer.of(0xff));

const oids = {
  commonName: "550403",
  ecdsaWithSha256: "2a8648ce3d040302",
  basicConstraints: "551d13",
  subjectAltName: "551d11",
  subjectKeyId: "551d0e",
  authorityKeyId: "551d23",
};

const named = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid(oids.commonName), der(0x0c, Buffer.from(name)))));

/** `20260131120000Z` */
const time = (atMs: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(atMs).toISOString().replace(/[-:T]|\.\d+Z$/g, "")}Z`));

const extension = (id: string, value: Uint8Array, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const altName = (host: string): Buffer =>
  isIP(host) === 4 ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host));

const pem = (label: string, content: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(content)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END ${label}-----\n`;

const keyPair = (): { readonly spki: Buffer; readonly privateKey: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { spki: publicKey.export({ type: "spki", format: "der" }), privateKey };
};

const keyId = (spki: Buffer): Buffer => createHash("sha1").update(spki).digest();

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly spki: Buffer;
  readonly untilMs: number;
  readonly extensions: readonly Buffer[];
}

const algorithm = sequence(oid(oids.ecdsaWithSha256));

const certificate = ({ subject, issuer, spki, untilMs, extensions }: Content, signer: KeyObject): string => {
  const serial = Buffer.concat([Buffer.of(1), randomBytes(8)]);
  const validity = sequence(time(Math.min(Date.now(), untilMs) - dayMs), time(untilMs));
  const version = der(0xa0, der(0x02, Buffer.of(2)));
  const all = der(0xa3, sequence(...extensions));
  const body = sequence(version, der(0x02, serial), algorithm, named(issuer), validity, named(subject), spki, all);
  return pem("CERTIFICATE", sequence(body, algorithm, bits(sign("sha256", body, signer))));
};

const keyPem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

export const authority = (name: string): Authority => {
  const own = keyPair();
  const issue = ({ name: subject, hosts = [], untilMs = Date.now() + dayMs }: Leaf): Certified => {
    const { spki, privateKey } = keyPair();
    const extensions = [
      extension(oids.subjectKeyId, octets(keyId(spki))),
      extension(oids.authorityKeyId, sequence(der(0x80, keyId(own.spki)))),
      ...(hosts.length === 0 ? [] : [extension(oids.subjectAltName, sequence(...hosts.map(altName)))]),
    ];
    const content = { subject, issuer: name, spki, untilMs, extensions };
    return { cert: certificate(content, own.privateKey), key: keyPem(privateKey) };
  };
  const extensions = [
    extension(oids.basicConstraints, sequence(yes), true),
    extension(oids.subjectKeyId, octets(keyId(own.spki))),
  ];
  const content = { subject: name, issuer: name, spki: own.spki, untilMs: Date.now() + dayMs, extensions };
  return { cert: certificate(content, own.privateKey), key: keyPem(own.privateKey), issue };
};

export interface CertifiedFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** The certificate for all to read, the key for nobody else. */
export const written = (dir: string, name: string, { cert, key }: Certified): CertifiedFiles => {
  const files = { certFile: join(dir, `${name}.crt`), keyFile: join(dir, `${name}.key`) };
  writeFileSync(files.certFile, cert, { mode: 0o644 });
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  return files;
};
