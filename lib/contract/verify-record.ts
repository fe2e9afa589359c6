/**
 * Whether a record of the log, a request or a response, bears a good signature of the one whose name its subject has. This
 * says who wrote it and nothing more: not that it is new, and not that its writer may do what it asks for.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { parseAskSubject, parseRequestSubject, parseResponseSubject } from "./address.ts";
import { parseSignature, type Signature, signedText } from "./signature.ts";
import type { TrustedKeys, TrustedOwner } from "./trusted-keys.ts";

export interface SignedRecord {
  readonly subject: string;
  readonly msgId: string | undefined;
  /** The header, as it came. */
  readonly signature: string | undefined;
  readonly body: string;
}

/** Whether the signature over this text is good. */
export type Verify = (signature: Signature, text: string) => boolean;

export interface Verified {
  readonly owner: TrustedOwner;
  /** When it was signed, in milliseconds since the epoch. */
  readonly signedAtMs: number;
}

const nameIn = (subject: string): string | undefined =>
  parseRequestSubject(subject)?.requester ?? parseResponseSubject(subject)?.host ?? parseAskSubject(subject)?.requester;

const ownerOf = ({ publicKey }: Signature, name: string | undefined, { owners }: TrustedKeys) => {
  const owner = owners.get(publicKey);
  if (owner === undefined) return left(`its key ${publicKey} is not trusted here`);
  if (owner.name === name) return right(owner);
  return left(`its key is that of ${owner.name}, and its subject says ${name ?? "no name"}`);
};

/** Left: why not, as a clause about "it". */
export const verifyRecord = (
  { subject, msgId, signature: header, body }: SignedRecord,
  trusted: TrustedKeys,
  verify: Verify,
): Either<string, Verified> => {
  if (header === undefined) return left("it is not signed");
  const signature = parseSignature(header);
  if (isLeft(signature)) return left(`its signature cannot be read: ${signature.left}`);
  const owner = ownerOf(signature.right, nameIn(subject), trusted);
  if (isLeft(owner)) return owner;
  const { at } = signature.right;
  const text = signedText({ subject, msgId: msgId ?? "", body }, at);
  if (text === undefined || !verify(signature.right, text))
    return left("its signature is not good: its subject, id, time or body was altered, or another key signed it");
  return right({ owner: owner.right, signedAtMs: Date.parse(at) });
};
