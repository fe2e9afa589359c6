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
   * Keeps the id of this entry. Throws when it cannot be kept, and then this entry must not be served, because nobody would
   * know it again.
   */
  readonly keep: (claim: Claim, asked: Asked) => Met;
  /** From now on the entry is one that has its answer. */
  readonly close: (claim: Claim, asked: Asked) => void;
}

/**
 * `new`: for the first time. `open`: by this process, which has not answered it yet. `seen`: it has its answer, or an earlier
 * process may have given it. `replay`: its id was kept for another entry.
 */
export type Met = "new" | "open" | "seen" | "replay";

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

const signed: Vouched = { proof: "signed", objection: undefined };

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

/** What was found, and what follows from it for the next time that this entry comes. */
interface Found extends Pick<Vouched, "seenBefore" | "answered"> {
  readonly against: Against | undefined;
}

/** Kept first: also one that is refused now must not be heeded when it comes back. */
const judge = ({ ids, host, now }: Vouching, claim: Claim, asked: Asked): Found => {
  try {
    const met = ids.keep(claim, asked);
    const why =
      met === "replay"
        ? `it is a replay: its id ${claim.id} was used before, at another place in the log`
        : againstClaim(claim, { address: asked.address, tier: host.tier, nowMs: now() });
    const against = why === undefined ? undefined : refused(host, why);
    if (met === "replay") return { against };
    return { against, seenBefore: met === "seen", answered: () => ids.close(claim, asked) };
  } catch (thrown) {
    return { against: notKept(host, thrown) };
  }
};

const find = (vouching: Vouching, asked: Asked, trusted: TrustedKeys): Found => {
  const claim = claimOf(asked, trusted, vouching.verify);
  if (isLeft(claim)) return { against: refused(vouching.host, claim.left) };
  return claim.right === undefined ? { against: undefined } : judge(vouching, claim.right, asked);
};

const requiring = (asked: Asked, { against, ...met }: Found): Vouched => ({
  ...(against === undefined ? signed : byName(asked, against.objection)),
  ...met,
});

const warning = ({ logger }: Vouching, asked: Asked, { against }: Found): Vouched => {
  if (against === undefined) return signed;
  logger.warn({ seq: asked.seq, requester: asked.requester }, `a request is served although ${against.why}`);
  return byName(asked);
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
    switch (policyOf(trusted.right, host.tier)) {
      case "off":
        return byName(asked);
      case "require":
        return requiring(asked, find(vouching, asked, trusted.right));
      case "warn":
        return warning(vouching, asked, find(vouching, asked, trusted.right));
    }
  };
