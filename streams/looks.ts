/**
 * How often the log is looked at by whoever follows a request: at once when something was heard, because a record may be
 * stored a moment after it was published, and then less and less often.
 */
import { setMaxListeners } from "node:events";
import { type Either, isRight } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";

/** That moment is a few round trips of a log on one server or on three, so the looks within it do not wait for each other. */
const atOnceMs = 2;

/** Reads on; after a nudge, until there is something or that moment has passed. */
export const readAfter = async (
  nudged: boolean,
  readOnce: () => Promise<Either<Failure, number>>,
): Promise<Either<Failure, number>> => {
  const endMs = performance.now() + atOnceMs;
  let read = await readOnce();
  while (nudged && isRight(read) && read.right === 0 && performance.now() < endMs) read = await readOnce();
  return read;
};

/** What follows a nudge is a few looks, each later than the last. A log that cannot be read is asked again soon. */
export const nextLookMs = (nudged: boolean, isReadable: boolean, lastMs: number, pollMs: number): number => {
  if (!isReadable) return Math.min(1_000, pollMs);
  return Math.min(nudged ? 1 : lastMs * 2, pollMs);
};

export const whenAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    // Any number may be followed until the same signal, of which Node takes more than ten for a leak.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
