/**
 * Verifies signatures by Node's own Ed25519: the nkeys library takes 20 ms for one, and blocks. A key is made once and kept,
 * so only keys that somebody trusts may come here.
 */
import { type KeyObject, verify as verifyBytes } from "node:crypto";
import { type PublicKey, signedBytes } from "../contract/signature.ts";
import type { Verify } from "../contract/verify-record.ts";
import { publicKeyObject } from "./user-key.ts";

/** Whether prefix and checksum are those of a user's key. */
export const isUserKey = (publicKey: PublicKey): boolean => publicKeyObject(publicKey) !== undefined;

/** Keeps the keys that it met. */
export const verifier = (): Verify => {
  const known = new Map<PublicKey, KeyObject>();
  const keyOf = (publicKey: PublicKey): KeyObject | undefined => {
    const key = known.get(publicKey) ?? publicKeyObject(publicKey);
    if (key !== undefined) known.set(publicKey, key);
    return key;
  };
  return ({ publicKey, value }, text) => {
    const key = keyOf(publicKey);
    return key !== undefined && verifyBytes(null, signedBytes(text), key, Buffer.from(value, "base64url"));
  };
};
