/**
 * What speaks against a request on a host that checks signatures. A good signature is not enough: it has to be of now, for
 * this tier and this action, and its id must not have been used for another place in the log. Nothing here trusts NATS: whoever
 * owns the streams can store any bytes on any subject at any time, but cannot sign them.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Address, tierOf } from "./address.ts";
import { type Requester, type Tier, unnamed } from "./names.ts";
import { deploy } from "./routes/deploy.ts";
import type { TrustedKeys } from "./trusted-keys.ts";
import type { Action, RequestId } from "./values.ts";
import { type SignedRecord, type Verified, type Verify, verifyRecord } from "./verify-record.ts";

/** A request as the log handed it over, its subject taken apart. */
export interface AskedRequest extends SignedRecord {
  readonly requester: Requester;
  readonly address: Address;
}

/** What a signed request says of itself. Its id is known to be that of its message. */
export interface Claim extends Verified {
  readonly id: RequestId;
  readonly action: Action;
  /** When it ceases to be valid, in milliseconds since the epoch. */
  readonly untilMs: number;
}

/** For how long a request without an expiry is valid. */
const validMs = 15 * 60_000;
const longestMs = 7 * 24 * 60 * 60_000;
/** How far the clocks of signer and host may be apart. */
const aheadMs = 2 * 60_000;

const fieldsOf = (body: string) => {
  try {
    return deploy.input.lenient(JSON.parse(body));
  } catch {
    return left(["the body is not JSON"]);
  }
};

/**
 * The claim of a request whose signature is good; `undefined` when its body is no request, which is refused in any case.
 * Left: why the signature does not count, as a clause about "it".
 */
export const claimOf = (
  asked: AskedRequest,
  trusted: TrustedKeys,
  verify: Verify,
): Either<string, Claim | undefined> => {
  if (asked.requester === unnamed) return left("it came without a name, so nobody can have signed it");
  const verified = verifyRecord(asked, trusted, verify);
  if (isLeft(verified)) return verified;
  const fields = fieldsOf(asked.body);
  if (isLeft(fields)) return right(undefined);
  const { id, action, expires_at: expiry } = fields.right;
  if (id === undefined || id !== asked.msgId) return left("its body does not have the id of its message");
  const untilMs = expiry === undefined ? verified.right.signedAtMs + validMs : Date.parse(expiry);
  return right({ ...verified.right, id, action, untilMs });
};

const beyond = ({ owner, action }: Claim, tiers: readonly Tier[]): string | undefined => {
  const tier = tiers.find((one) => !owner.tiers.includes(one));
  if (tier !== undefined) return `its key may not ask in the tier ${tier}`;
  return owner.actions.includes(action) ? undefined : `its key may not ask for ${action}`;
};

const moment = (atMs: number): string => new Date(atMs).toISOString();

const untimely = ({ signedAtMs, untilMs }: Claim, nowMs: number): string | undefined => {
  if (signedAtMs > nowMs + aheadMs)
    return `it was signed at ${moment(signedAtMs)}, and here it is ${moment(nowMs)}; set the clocks right`;
  if (untilMs > signedAtMs + longestMs) return "it expires more than seven days after it was signed";
  return nowMs > untilMs ? `it is out of date: it was valid until ${moment(untilMs)}` : undefined;
};

/** What speaks against a claim, as a clause about "it"; replays aside, of which only the host's memory knows. */
export const againstClaim = (
  claim: Claim,
  { address, tier, nowMs }: { readonly address: Address; readonly tier: Tier; readonly nowMs: number },
): string | undefined => beyond(claim, [tierOf(address), tier]) ?? untimely(claim, nowMs);
