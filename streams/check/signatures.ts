/**
 * What the signature of a record is worth. Without trusted keys it is only looked at; of a name that has no trusted key nothing
 * can be said, so that somebody who has left the fleet does not make its whole history suspect.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { type PublicKey, parseSignature } from "../../lib/contract/signature.ts";
import type { TrustedKeys } from "../../lib/contract/trusted-keys.ts";
import { type Verify, verifyRecord } from "../../lib/contract/verify-record.ts";
import type { Stored } from "../../lib/router/ports.ts";

export interface Keys {
  readonly trusted: TrustedKeys;
  readonly verify: Verify;
}

/** `unchecked`: nobody can tell; `stranger`: no key of that name is known. */
export type Worth = "none" | "unchecked" | "stranger" | "good" | "unknown key" | "bad";

export interface Judged {
  readonly worth: Worth;
  /** Of a bad one: why, as a clause about "it". */
  readonly why: string;
}

const judged = (worth: Worth, why = ""): Judged => ({ worth, why });

const [none, unchecked, stranger, good] = [
  ...[judged("none"), judged("unchecked"), judged("stranger"), judged("good")],
] as const;

export interface Signatures {
  /** `name`: whose the subject says that the record is. */
  readonly judge: (stored: Stored, name: string) => Judged;
  readonly isVerifying: boolean;
}

/** Of a signature that can be read, of a name that is known. */
const judgeKnown = (stored: Stored, publicKey: PublicKey, { trusted, verify }: Keys): Judged => {
  if (!trusted.owners.has(publicKey)) return judged("unknown key", `its key is ${publicKey}`);
  const verified = verifyRecord(stored, trusted, verify);
  return isLeft(verified) ? judged("bad", verified.left) : good;
};

export const signatures = (keys: Keys | undefined): Signatures => {
  const names = new Set([...(keys?.trusted.owners.values() ?? [])].map(({ name }) => `${name}`));
  const judge: Signatures["judge"] = (stored, name) => {
    if (stored.signature === undefined) return none;
    const signature = parseSignature(stored.signature);
    if (isLeft(signature)) return judged("bad", `its signature cannot be read: ${signature.left}`);
    if (keys === undefined) return unchecked;
    return names.has(name) ? judgeKnown(stored, signature.right.publicKey, keys) : stranger;
  };
  return { judge, isVerifying: keys !== undefined };
};
