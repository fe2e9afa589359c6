/**
 * A clock that only goes on when nothing else can happen: hours pass in no time, in the same order each time. Only for what
 * waits for nothing but this clock; a file or a process would be overtaken by it.
 */
import type { Time } from "../../lib/host/time.ts";
import { noonMs } from "./fixtures.ts";

export interface FakeTime extends Time {
  /** Sets the time of day, as an administrator does; nobody's deadline may move with it. */
  readonly setWall: (byMs: number) => void;
  /** What the work gives, with the clock going on whenever it waits. Throws when it waits for something else. */
  readonly drive: <A>(work: Promise<A>) => Promise<A>;
}

interface Timer {
  readonly atMs: number;
  readonly wake: () => void;
}

export const fakeTime = (): FakeTime => {
  let passedMs = 0;
  let offsetMs = 0;
  const timers = new Set<Timer>();

  const goOn = (): void => {
    const [next] = [...timers].toSorted((a, b) => a.atMs - b.atMs);
    if (next === undefined) throw new Error("it waits for something that never comes");
    timers.delete(next);
    passedMs = Math.max(passedMs, next.atMs);
    next.wake();
  };

  return {
    wallMs: () => noonMs + offsetMs + passedMs,
    passedMs: () => passedMs,
    pause: (delayMs, signal) =>
      new Promise((resolve) => {
        const done = () => {
          timers.delete(timer);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const timer = { atMs: passedMs + delayMs, wake: done };
        timers.add(timer);
        signal.addEventListener("abort", done, { once: true });
        if (signal.aborted) done();
      }),
    setWall: (byMs) => {
      offsetMs += byMs;
    },
    drive: async (work) => {
      let isDone = false;
      const noted = work.finally(() => {
        isDone = true;
      });
      noted.catch(() => {});
      for (;;) {
        for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
        if (isDone) return noted;
        goOn();
      }
    },
  };
};
