/**
 * What it means that a host decides now as it did, or otherwise. A difference that comes from what a record does not hold is
 * told as such, with the reason, because it says nothing about a new version or policy; it is never counted as one.
 */
import { isRight } from "fp-ts/lib/Either.js";
import type { Answer } from "../lib/router/rehearsal.ts";
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

export interface Circumstances {
  readonly request: RequestRecord;
  readonly recorded: Answer;
  readonly now: Answer;
  readonly world: Pick<RecordedWorld, "underWay" | "isFrozen" | "isKnown">;
  /** When the host read the request. */
  readonly atMs: number;
  /** Signatures are checked. */
  readonly isChecking: boolean;
  /** Where the record begins. */
  readonly first: number;
}

/** Left by what a host went through at that moment, not by what it was asked. */
const troubles: readonly (string | undefined)[] = ["internal", "interrupted", "timeout", "unaudited", "unreachable"];

/** Decided by what came before, which may be before the first record. */
const byPast: readonly (string | undefined)[] = ["cancelled", "invalid_request", "superseded", "too_late"];

const isCancelOf = ({ body }: RequestRecord, id: string | undefined): boolean =>
  isRight(body) && body.right.route === "cancel" && body.right.input.request === id;

/** Why a refusal could not be repeated; `undefined`: nothing of the record explains it. */
const unexplained = (circumstances: Circumstances): string | undefined => {
  const { request, recorded, world, atMs, isChecking, first } = circumstances;
  const { code } = recorded;
  if (code === "unauthorized" && !isChecking)
    return "the host checked signatures, and no trusted keys are given to check them by";
  if (code === "busy" && world.underWay() === undefined)
    return "no deployment of this record was under way: something else held the host";
  if (code === "frozen" && !world.isFrozen(atMs)) return "what it was frozen by is not in this record";
  if (code === "too_late" && isCancelOf(request, world.underWay()?.id))
    return "it came at the very moment of the activation";
  if (first > 1 && byPast.includes(code))
    return `it may hang on what is before sequence ${first}, where this record begins`;
  return undefined;
};

const why = (circumstances: Circumstances): string | undefined => {
  const { recorded, now, world } = circumstances;
  if (troubles.includes(recorded.code))
    return `the host had trouble of its own (${recorded.code}), which is not repeated`;
  if ([recorded.code, now.code].includes("not_current") && !world.isKnown())
    return "this record does not tell what ran there";
  return recorded.decision === "rejected" && now.decision !== "rejected" ? unexplained(circumstances) : undefined;
};

export const verdictOn = (circumstances: Circumstances): Verdict => {
  const { recorded, now } = circumstances;
  if (recorded.decision === now.decision && recorded.code === now.code) return { verdict: "same" };
  const reason = why(circumstances);
  return reason === undefined ? { verdict: "different" } : { verdict: "not reproducible", why: reason };
};
