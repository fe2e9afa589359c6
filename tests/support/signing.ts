/**
 * Keys, and requests signed with them, for tests of what a host makes of signatures. The keys are real: what a test alters,
 * real cryptography has to find.
 */
import { createUser } from "nkeys.js";
import { parseRequestSubject } from "../../lib/contract/address.ts";
import { PublicKey } from "../../lib/contract/signature.ts";
import { decodeTrustedKeys, type TrustedKeys } from "../../lib/contract/trusted-keys.ts";
import { signatureOf } from "../../lib/nats/signer.ts";
import { type UserKey, userKey } from "../../lib/nats/user-key.ts";
import { isUserKey } from "../../lib/nats/verify.ts";
import type { Asked } from "../../lib/router/vouch.ts";
import { rightOf } from "./either.ts";
import { fit, noonMs } from "./fixtures.ts";

const seedOf = (): string => new TextDecoder().decode(createUser().getSeed());

export interface Signer extends UserKey {
  readonly publicKey: PublicKey;
}

export const newSigner = (): Signer => {
  const key = userKey(seedOf());
  return { ...key, publicKey: fit(PublicKey, key.publicKey) };
};

export const allActions = ["switch", "boot", "test", "dry-activate"] as const;

/** As the file has it. */
export const trusting = (...owners: readonly object[]) => ({
  tiers: { prod: "require", test: "warn", lab: "off" },
  keys: owners,
});

export const trustedBy = (file: object): TrustedKeys => rightOf(decodeTrustedKeys(file, isUserKey));

export interface Signing {
  readonly subject: string;
  readonly msgId: string;
  readonly body: string;
  /** When it is signed. */
  readonly atMs: number;
}

const plainRequest: Signing = {
  subject: "hd.req.alice.prod.web1",
  msgId: "req-1",
  body: JSON.stringify({ id: "req-1", revision: "main" }),
  atMs: noonMs,
};

/** A signed request as the log hands it to a host; what is altered afterwards is not signed. */
export const signedBy = (key: UserKey, changes: Partial<Signing> = {}, altered: Partial<Asked> = {}): Asked => {
  const { atMs, ...record } = { ...plainRequest, ...changes };
  const stored = parseRequestSubject(altered.subject ?? record.subject);
  if (stored === undefined) throw new Error(`${record.subject} is not the subject of a request`);
  return { ...record, ...stored, seq: 41, atMs: noonMs, signature: signatureOf(key, record, atMs), ...altered };
};

/** The body of a request, with the id that `signedBy` gives its message. */
export const bodyOf = (fields: object): string => JSON.stringify({ id: "req-1", revision: "main", ...fields });
