/** From a time to a place in the log. A time before the log is refused: it knows nothing of it, which is not that nothing was there. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { seqAt } from "../../streams/seq-at.ts";
import { timestamp } from "../print/age.ts";

/** A place in the log, and the time that was asked for. */
export interface AsOf {
  readonly atMs: number;
  /** The newest record that was stored by then. */
  readonly seq: number;
}

const tooEarly = (atMs: number, firstMs: number | undefined): Failure => {
  const begins = firstMs === undefined ? "The log is empty" : `The log begins at ${timestamp(firstMs)}`;
  return failure("invalid_request", `${begins}, so it knows nothing of ${timestamp(atMs)}.`);
};

export const asOf = async (log: LogReader, atMs: number): Promise<Either<Failure, AsOf>> => {
  const after = await seqAt(log, atMs + 1)();
  if (isLeft(after)) return after;
  const first = await log.next(1, ">")();
  if (isLeft(first)) return first;
  const isEarly = first.right === undefined || first.right.atMs > atMs;
  return isEarly ? left(tooEarly(atMs, first.right?.atMs)) : right({ atMs, seq: after.right - 1 });
};
