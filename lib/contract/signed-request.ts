/**
 * What speaks against a request on a host that checks signatures. A good signature is not enough: it has to be of now, for
 * this tier and what it asks for, and its id must not have been used for another place in the log. Nothing here trusts NATS: whoever
 * owns the streams can store any bytes on any subject at any time, but cannot sign them.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Spoken, tierOf } from "./address.ts";
import { type Requester, type Tier, unnamed } from "./names.ts";
import { type RequestBody, requestBody } from "./request-body.ts";
import type { TrustedKeys } from "./trusted-keys.ts";
import type { Action, RequestId, Verb } from "./values.ts";
import { type SignedRecord, type Verified, type Verify, verifyRecord } from "./verify-record.ts";

/** A request as the log handed it over, its subject taken apart. */
export interface AskedRequest extends SignedRecord, Spoken {
  readonly requester: Requester;
}

/** What a signed request says of itself. Its id is known to be that of its message. */
export interface Claim extends Verified {
  readonly id: RequestId;
  /** `undefined`: it asks for no deployment. */
  readonly action: Action | undefined;
  readonly verb: Verb | undefined;
  /** When it ceases to be valid, in milliseconds since the epoch. */
  readonly untilMs: number;
}

/** For how long a request without an expiry is valid. */
const validMs = 15 * 60_000;
const longestMs = 7 * 24 * 60 * 60_000;
/** How far the clocks of signer and host may be apart. */
const aheadMs = 2 * 60_000;

const bodyOf = ({ verb, body }: AskedRequest): RequestBody | undefined => {
  try {
    const decoded = requestBody(verb, JSON.parse(body));
    return isLeft(decoded) ? undefined : decoded.right;
  } catch {
    return undefined;
  }
};

/**
 * A freeze and its end are for hosts that are away as well, so they are valid as long as anything may be. What waited behind
 * a newer one of its kind is refused by the host all the same.
 */
const untilOf = ({ route, input }: RequestBody, { signedAtMs }: Verified): number => {
  if (route === "freeze" || route === "unfreeze") return signedAtMs + longestMs;
  return input.expires_at === undefined ? signedAtMs + validMs : Date.parse(input.expires_at);
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
  const body = bodyOf(asked);
  if (body === undefined) return right(undefined);
  const { id } = body.input;
  if (id === undefined || id !== asked.msgId) return left("its body does not have the id of its message");
  const action = body.route === "deploy" ? body.input.action : undefined;
  return right({ ...verified.right, id, action, verb: asked.verb, untilMs: untilOf(body, verified.right) });
};

const beyond = ({ owner, action, verb }: Claim, tiers: readonly Tier[]): string | undefined => {
  const tier = tiers.find((one) => !owner.tiers.includes(one));
  if (tier !== undefined) return `its key may not ask in the tier ${tier}`;
  if (action !== undefined && !owner.actions.includes(action)) return `its key may not ask for ${action}`;
  return verb === "override" && !owner.override_freeze ? "its key may not deploy in spite of a freeze" : undefined;
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
  { address, tier, nowMs }: Pick<Spoken, "address"> & { readonly tier: Tier; readonly nowMs: number },
): string | undefined => beyond(claim, [tierOf(address), tier]) ?? untimely(claim, nowMs);
