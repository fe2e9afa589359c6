/** Which stretch of the log a question about the past means: what it says in times, as sequences. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";
import type { HistoryQuery } from "./history-query.ts";
import type { Stretch } from "./log-cursor.ts";
import { seqAt } from "./seq-at.ts";

export interface HistoryStretch extends Stretch {
  /** Sequence of the newest record of the log. */
  readonly end: number;
}

/** From `since` on, up to `until` and before `before`. */
export const stretchOf = async (
  log: Pick<LogReader, "next" | "end">,
  { before = Number.POSITIVE_INFINITY, sinceMs, untilMs }: Pick<HistoryQuery, "before" | "sinceMs" | "untilMs">,
): Promise<Either<Failure, HistoryStretch>> => {
  const [end, from, until] = await Promise.all([
    log.end()(),
    sinceMs === undefined ? right(1) : seqAt(log, sinceMs)(),
    untilMs === undefined ? right(before) : seqAt(log, untilMs + 1)(),
  ]);
  if (isLeft(end)) return end;
  if (isLeft(from)) return from;
  if (isLeft(until)) return until;
  return right({ from: from.right, to: Math.min(end.right + 1, before, until.right), end: end.right });
};
