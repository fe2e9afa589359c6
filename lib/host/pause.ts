/** A wait that can be cut short, and then leaves no timer behind. */

/** What a timer can hold; beyond it Node would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const pause = (delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(delayMs, longestTimerMs));
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
