/**
 * What a builder says of the request that it works on. It may have lost it without knowing: it was held up for longer than the
 * log waits, and another process of its name has ended it. So it asks before it says anything, and says nothing of what ended.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { Time } from "../lib/host/time.ts";
import type { Logger } from "../lib/router/ports.ts";
import type { BuildEnv } from "./build.ts";
import { append, type BuildLog, heardOf } from "./build-log.ts";
import type { BuildOrder } from "./build-order.ts";
import type { Said } from "./build-records.ts";

export interface Speaking extends BuildLog {
  readonly logger: Logger;
  readonly time: Pick<Time, "pause">;
  /** Aborted when nothing more may be said. */
  readonly stopped: AbortSignal;
}

/** A record of how far it is that the log does not take soon is left out: the last one tells all. */
const soonMs = 5_000;

const longestDelayMs = 30_000;

export const delayMs = (attempt: number): number => Math.min(500 * 2 ** Math.min(attempt, 10), longestDelayMs);

const sayStep = async (speaking: Speaking, order: BuildOrder, step: Said, which: `try-${number}-${number}`) => {
  const heard = await heardOf(speaking, order);
  if (isLeft(heard)) return heard.left;
  return heard.right.ended ? undefined : append(speaking, order, step, which, { timeoutMs: soonMs });
};

/** One record after the other, each with the time that has passed since the request was accepted. */
export const voice = (speaking: Speaking, order: BuildOrder, acceptedAtMs: number) => {
  let [said, count] = [Promise.resolve(), 0];
  const elapsed = () => ({ elapsed_ms: Math.max(0, Math.round(speaking.now() - acceptedAtMs)) });
  const tell: BuildEnv["tell"] = (what) => {
    count += 1;
    const which = `try-${order.attempt}-${count}` as const;
    said = said.then(async () => {
      if (speaking.stopped.aborted) return;
      const failed = await sayStep(speaking, order, { ...elapsed(), ...(await what()) }, which);
      if (failed !== undefined) speaking.logger.warn({ id: order.id, code: failed.code }, failed.message);
    });
  };
  return { tell, elapsed, told: () => said };
};

type Ending = "said" | "known";

const sayEnd = async (speaking: Speaking, order: BuildOrder, end: Said): Promise<Either<Failure, Ending>> => {
  const heard = await heardOf(speaking, order);
  if (isLeft(heard)) return heard;
  if (heard.right.ended) return right("known");
  const failed = await append(speaking, order, end, "ended", { heard: heard.right });
  return failed === undefined ? right("said") : left(failed);
};

/** The end is said until the log has one: without it the build would be done again. `known`: it had one already. */
export const insistOnEnd = async (
  speaking: Speaking,
  order: BuildOrder,
  end: Said,
): Promise<Either<Failure, Ending>> => {
  for (let attempt = 0; ; attempt++) {
    const said = await sayEnd(speaking, order, end);
    if (!isLeft(said) || speaking.stopped.aborted) return said;
    const { code, message } = said.left;
    speaking.logger.warn({ id: order.id, code }, `The end of a build is not recorded: ${message}`);
    await speaking.time.pause(delayMs(attempt), speaking.stopped);
  }
};
