/**
 * How long records of a rollout wait for each other: until every host that accepted the request has ended and no other answers,
 * and no longer than the rule says, by the times of the log. The first of them looks again soon, for it tells of all.
 */
import type { ResponseRecord } from "../records.ts";
import type { Rollout } from "./rollouts.ts";

/** Hosts that take a request at the same moment answer within it. */
const quietMs = 2_000;

const longestMs = { first: 1_000, others: 5_000 };

export interface Waiting {
  readonly rollout: Rollout;
  /** In the order of the log. */
  readonly records: readonly ResponseRecord[];
  /** No more of them go into one alert. */
  readonly isFull: boolean;
}

/** In milliseconds, until `record` should be looked at again. */
export const waitOf = (
  { rollout, records: [first], isFull }: Waiting,
  record: ResponseRecord,
  groupWaitMs: number,
  nowMs: number,
): number => {
  if (first === undefined || isFull) return 0;
  const untilLast = first.atMs + groupWaitMs - nowMs;
  const untilQuiet = rollout.running.size > 0 ? untilLast : rollout.answeredMs() + quietMs - nowMs;
  const waitMs = Math.max(0, Math.min(untilLast, untilQuiet));
  return Math.min(waitMs, first.seq === record.seq ? longestMs.first : longestMs.others);
};
