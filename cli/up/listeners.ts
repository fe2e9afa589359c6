/** Starts the listener of a host as a process of its own, and knows from its log when it takes work. */
import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Either } from "fp-ts/lib/Either.js";

/** A child process, as far as a listener needs one. */
export interface Child {
  readonly exited: Promise<unknown>;
  readonly stop: (graceMs: number) => Promise<void>;
}

export type StartChild = (
  argv: readonly [string, ...string[]],
  options: { readonly onLine: (line: string) => void },
) => Promise<Either<{ readonly reason: string }, Child>>;

const readyMs = 30_000;

/** Its own words, as pino writes them. */
const saysReady = (line: string): boolean => line.includes('"msg":"listening"');

const within = async <A>(promise: Promise<A>, ms: number, otherwise: A): Promise<A> => {
  const timer = new AbortController();
  const late = delay(ms, otherwise, { signal: timer.signal }).catch(() => otherwise);
  const first = await Promise.race([promise, late]);
  timer.abort();
  return first;
};

/** Throws, with the listener's last words, when it does not come up. */
export const startListener = async (
  start: StartChild,
  argv: readonly [string, ...string[]],
  logFile: string,
): Promise<Child> => {
  let last = "nothing";
  let heard: (ready: boolean) => void = () => undefined;
  const ready = new Promise<boolean>((resolve) => {
    heard = resolve;
  });
  const onLine = (line: string) => {
    appendFileSync(logFile, `${line}\n`);
    last = line;
    if (saysReady(line)) heard(true);
  };
  const started = await start(argv, { onLine });
  if (started._tag === "Left") throw new Error(`a listener did not start: ${started.left.reason}`);
  void started.right.exited.then(() => heard(false));
  if (await within(ready, readyMs, false)) return started.right;
  await started.right.stop(0);
  throw new Error(`a listener did not come up; it said last: ${last}`);
};
