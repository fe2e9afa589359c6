/**
 * Signs what a connection appends, with the key that it logged in with. A connection without a key appends unsigned: whether
 * that is enough, each host says. The key is kept beside the connection and nowhere else.
 */
import { headers, type MsgHdrs, type NatsConnection } from "nats";
import { read } from "../contract/codec.ts";
import {
  formatSignature,
  PublicKey,
  type Signable,
  signatureHeader,
  signedBytes,
  signedText,
} from "../contract/signature.ts";
import { instant } from "../contract/values.ts";
import type { UserKey } from "./user-key.ts";

const keys = new WeakMap<NatsConnection, UserKey>();

/** Without a key, one that was kept is forgotten. */
export const keepSigner = (nc: NatsConnection, key: UserKey | undefined): NatsConnection => {
  if (key === undefined) keys.delete(nc);
  else keys.set(nc, key);
  return nc;
};

/** @internal The header of a record that is signed at this moment. */
export const signatureOf = ({ publicKey, sign }: UserKey, record: Signable, atMs: number): string | undefined => {
  const at = instant(atMs);
  const [key, text] = [read(PublicKey, publicKey), signedText(record, at)];
  if (key === undefined || text === undefined) return undefined;
  return formatSignature({ publicKey: key, at, value: Buffer.from(sign(signedBytes(text))).toString("base64url") });
};

/** `undefined`: this connection has no key. */
export const signerOf = (nc: NatsConnection): ((record: Signable, atMs: number) => MsgHdrs | undefined) => {
  const key = keys.get(nc);
  return (record, atMs) => {
    const signature = key === undefined ? undefined : signatureOf(key, record, atMs);
    if (signature === undefined) return undefined;
    const made = headers();
    made.set(signatureHeader, signature);
    return made;
  };
};
