/**
 * Who asked, as far as this host can tell. Without trusted keys it is what NATS let through; with them each request is
 * verified, and what speaks against it is an objection or, in a tier that only warns, a line in the host's log. Keys that
 * cannot be read trust nobody.
 */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { failure } from "../contract/failure.ts";
import { unnamed } from "../contract/names.ts";
import type { Vouched } from "../contract/route.ts";
import { type AskedRequest, againstClaim, type Claim, claimOf } from "../contract/signed-request.ts";
import type { HostIdentity } from "../contract/template.ts";
import { policyOf, type TrustedKeys } from "../contract/trusted-keys.ts";
import type { Verify } from "../contract/verify-record.ts";
import type { Logger } from "./ports.ts";

/** A request as one entry of the log. */
export interface Asked extends AskedRequest {
  readonly seq: number;
  readonly atMs: number;
}

/** Never throws. */
export type Vouch = (asked: Asked) => Vouched;

/** What this host knows of the ids that it met under a good signature, also from before it was started. */
export interface SignedIds {
  /**
   * Keeps the id of this entry. False: it was kept for another one. Throws when it cannot be kept, and then this entry must
   * not be served, because nobody would know it again.
   */
  readonly keep: (claim: Claim, asked: Asked) => boolean;
}

export interface Vouching {
  readonly host: HostIdentity;
  /** As they are now. Left: why they cannot be read, as a sentence. */
  readonly trusted: () => Either<string, TrustedKeys>;
  readonly verify: Verify;
  readonly ids: SignedIds;
  readonly logger: Logger;
  readonly now: () => number;
}

/** NATS vouches for the name in the subject, and for nobody where there is none. */
const byName = ({ requester }: AskedRequest, objection?: Vouched["objection"]): Vouched => ({
  proof: requester === unnamed ? "unnamed" : "named",
  objection,
});

/** On a host that checks no signatures. */
export const vouchByName: Vouch = (asked) => byName(asked);

interface Against {
  /** A clause about "it", the request. */
  readonly why: string;
  readonly objection: Vouched["objection"];
}

const refused = ({ hostname }: HostIdentity, why: string): Against => ({
  why,
  objection: failure(
    "unauthorized",
    `${hostname} does not serve this request: ${why}. Nothing was done; deploy again, with a key that ${hostname} trusts for it.`,
  ),
});

const notKept = ({ hostname }: HostIdentity, thrown: unknown): Against => ({
  why: `it could not be written down that it was seen (${causeOf(thrown)})`,
  objection: failure(
    "internal",
    `${hostname} cannot write down which signed requests it has seen (${causeOf(thrown)}), so nothing was done. Make room or mend its state folder, then deploy again.`,
  ),
});

/** Kept first: also one that is refused now must not be heeded when it comes back. */
const againstIt = ({ ids, host, now }: Vouching, claim: Claim, asked: Asked): Against | undefined => {
  try {
    const why = ids.keep(claim, asked)
      ? againstClaim(claim, { address: asked.address, tier: host.tier, nowMs: now() })
      : `it is a replay: its id ${claim.id} was used before, at another place in the log`;
    return why === undefined ? undefined : refused(host, why);
  } catch (thrown) {
    return notKept(host, thrown);
  }
};

const against = (vouching: Vouching, asked: Asked, trusted: TrustedKeys): Against | undefined => {
  const claim = claimOf(asked, trusted, vouching.verify);
  if (isLeft(claim)) return refused(vouching.host, claim.left);
  return claim.right === undefined ? undefined : againstIt(vouching, claim.right, asked);
};

export const vouchBySignature =
  (vouching: Vouching): Vouch =>
  (asked) => {
    const { host, logger } = vouching;
    const trusted = vouching.trusted();
    if (isLeft(trusted)) {
      logger.error({ seq: asked.seq }, trusted.left);
      return byName(asked, failure("unauthorized", trusted.left));
    }
    const policy = policyOf(trusted.right, host.tier);
    if (policy === "off") return byName(asked);
    const found = against(vouching, asked, trusted.right);
    if (found === undefined) return { proof: "signed", objection: undefined };
    if (policy === "require") return byName(asked, found.objection);
    logger.warn({ seq: asked.seq, requester: asked.requester }, `a request is served although ${found.why}`);
    return byName(asked);
  };
