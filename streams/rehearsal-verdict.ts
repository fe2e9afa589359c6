/**
 * What it means that a host decides now as it did, or otherwise. A difference that comes from what a record does not hold is
 * told as such, with the reason, because it says nothing about a new version or policy; it is never counted as one.
 */
import { isRight } from "fp-ts/lib/Either.js";
import { unnamed } from "../lib/contract/names.ts";
import type { Answer, Reading } from "../lib/router/rehearsal.ts";
import type { RequestRecord, ResponseRecord } from "./records.ts";
import type { RecordedWorld } from "./rehearsal-world.ts";

export interface Verdict {
  readonly verdict: "same" | "different" | "not reproducible";
  /** Why it cannot be reproduced, as a clause. */
  readonly why?: string;
}

/** What was recorded, by the first answer of a host to a request: whatever follows an acceptance was decided by it. */
export const recordedAnswer = ({ status, event: { error, message } }: ResponseRecord): Answer => {
  if (status === "rejected" || status === "applied") return { decision: status, code: error ?? undefined, message };
  return { decision: "accepted", code: undefined, message };
};

type Code = Answer["code"];

/** From what a host went through at that moment, not from what it was asked. */
const troubles: readonly Code[] = ["internal", "interrupted", "timeout", "unaudited", "unreachable"];

/** From what came before, which may be before the first record. */
const byPast: readonly Code[] = ["cancelled", "invalid_request", "superseded", "too_late"];

/** Nobody without a name overrides a freeze, with or without signatures. */
const isUnnamedOverride = ({ requester, verb }: RequestRecord): boolean => requester === unnamed && verb === "override";

/** Why there is no use in asking a host again; what it said then holds for what comes. `isChecking`: it has trusted keys now. */
export const notAskedAgain = (request: RequestRecord, { code }: Answer, isChecking: boolean): string | undefined => {
  if (troubles.includes(code)) return `the host had trouble of its own (${code}), which is not repeated`;
  if (code !== "unauthorized" || isChecking || isUnnamedOverride(request)) return undefined;
  return "the host checked signatures, and no trusted keys are given to check them by";
};

const isCancelOf = ({ body }: RequestRecord, id: string | undefined): boolean =>
  isRight(body) && body.right.route === "cancel" && body.right.input.request === id;

export interface Circumstances extends Pick<Reading, "atMs" | "notEnded"> {
  readonly request: RequestRecord;
  readonly recorded: Answer;
  readonly world: Pick<RecordedWorld, "underWay" | "isFrozen" | "isKnown">;
  /** Where the record begins. */
  readonly first: number;
}

/** Why this refusal does not follow from this record; `undefined`: it may. */
export const unexplained = (circumstances: Circumstances): string | undefined => {
  const { request, recorded, world, atMs, notEnded, first } = circumstances;
  const { code } = recorded;
  if (code === "busy" && world.underWay() === undefined && notEnded === undefined)
    return "no deployment of this record was under way: something else held the host";
  if (code === "frozen" && !world.isFrozen(atMs)) return "what it was frozen by is not in this record";
  if (code === "not_current" && !world.isKnown()) return "this record does not tell what ran there";
  if (code === "too_late" && isCancelOf(request, world.underWay()?.id))
    return "it came at the very moment of the activation";
  return first > 1 && byPast.includes(code)
    ? `it may hang on what is before sequence ${first}, where this record begins`
    : undefined;
};

export const verdictOn = ({ recorded, world }: Circumstances, now: Answer, why: string | undefined): Verdict => {
  if (recorded.decision === now.decision && recorded.code === now.code) return { verdict: "same" };
  if (why !== undefined) return { verdict: "not reproducible", why };
  return now.code === "not_current" && !world.isKnown()
    ? { verdict: "not reproducible", why: "this record does not tell what ran there" }
    : { verdict: "different" };
};
