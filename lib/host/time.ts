/**
 * The clocks of a host, as a port. What is waited for and how long something took is told by `passedMs`, which no setting of
 * the clock moves; `wallMs` is only for the time of day that a record shows.
 */
import { pause } from "./pause.ts";

export interface Time {
  readonly wallMs: () => number;
  /** Only differences mean something. */
  readonly passedMs: () => number;
  /** Resolves after a while, or at once when the signal aborts. */
  readonly pause: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

export const machineTime: Time = { wallMs: Date.now, passedMs: () => performance.now(), pause };

/**
 * What the work gives; `undefined` when that takes longer. Work that comes too late goes on unheard, also when it rejects,
 * so whoever gives it up has to end it by other means.
 */
export const withinTime = async <A>(
  time: Pick<Time, "pause">,
  work: Promise<A>,
  limitMs: number,
): Promise<A | undefined> => {
  const timer = new AbortController();
  const late = time.pause(limitMs, timer.signal).then(() => undefined);
  return Promise.race([work, late]).finally(() => timer.abort());
};
