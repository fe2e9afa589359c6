/**
 * Where a time is in the log: found by halving, over the times by which the log stored its records. Those grow with the
 * sequence, unless the server's clock was set back; then a time in the stretch that it repeated finds one of its places.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";

/** Between `low` and `high`; `found` is the first record known to be late enough. */
const bisect = async (log: Pick<LogReader, "next">, timeMs: number, end: number): Promise<Either<Failure, number>> => {
  let [low, high, found] = [1, end + 1, end + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const next = await log.next(middle, ">")();
    if (isLeft(next)) return next;
    // Nothing from the middle on: the log ends before what it says is its end.
    if (next.right === undefined) high = middle;
    else if (next.right.atMs >= timeMs) [high, found] = [middle, next.right.seq];
    else low = next.right.seq + 1;
  }
  return right(found);
};

/** Sequence of the first record stored at or after `timeMs`; of none, the sequence behind the end of the log. */
export const seqAt =
  (log: Pick<LogReader, "next" | "end">, timeMs: number): TaskEither<Failure, number> =>
  async () => {
    const end = await log.end()();
    return isLeft(end) ? end : bisect(log, timeMs, end.right);
  };
