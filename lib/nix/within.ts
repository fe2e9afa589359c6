/** A limit on waiting. The timer goes with the wait: a limit never keeps the process alive. */
import { setTimeout as delay } from "node:timers/promises";

/** What a timer can hold; beyond it Node would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** What the promise resolves with, or undefined when that takes longer than `limitMs`, or the wait is given up. */
export const within = async <T>(
  promise: Promise<T>,
  limitMs: number,
  givenUp?: AbortSignal,
): Promise<T | undefined> => {
  const timer = new AbortController();
  const abort = (): void => timer.abort();
  if (givenUp?.aborted === true) abort();
  givenUp?.addEventListener("abort", abort, { once: true });
  const late = delay(Math.min(limitMs, longestTimerMs), undefined, { signal: timer.signal }).catch(() => undefined);
  return Promise.race([promise, late]).finally(() => {
    givenUp?.removeEventListener("abort", abort);
    abort();
  });
};
