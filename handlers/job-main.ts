/**
 * Composes the job: `hd job <id>` reads its order from the journal and runs it, in a process that outlives the listener.
 * It claims the job first; a second start finds the claim taken and ends without a word in the journal.
 */
import { constants } from "node:os";
import { isLeft } from "fp-ts/lib/Either.js";
import { logTailLines } from "../lib/contract/deploy-event.ts";
import type { RequestId } from "../lib/contract/values.ts";
import { withRoom } from "../lib/host/ballast.ts";
import { untilCancelled } from "../lib/host/cancel-watch.ts";
import { confirmed } from "../lib/host/confirmation.ts";
import { decide, decisionOf } from "../lib/host/decision.ts";
import type { Engine } from "../lib/host/engine.ts";
import { runJob } from "../lib/host/job.ts";
import type { JobEnv } from "../lib/host/job-env.ts";
import type { JobOrder } from "../lib/host/job-order.ts";
import { appendEvent } from "../lib/host/journal.ts";
import { type Limits, limitsOf } from "../lib/host/limits.ts";
import { outputFile, stateDir } from "../lib/host/state-dir.ts";
import { tail } from "../lib/host/tail.ts";
import { takeJob } from "../lib/host/take-job.ts";
import { machineTime } from "../lib/host/time.ts";
import { engineOf } from "../lib/nix/engine-of.ts";
import { endCommands } from "../lib/nix/process.ts";
import { processes } from "../lib/nix/process-identity.ts";

export interface JobOptions {
  readonly stateDir: string;
}

/** Throws for a flake URL that the listener would not have started with: the journal was changed by hand. */
const engineFor = (order: JobOrder, root: string, output: string, { leftMs }: Limits): Engine => {
  const engine = engineOf(order, { outputFile: output, stateDir: root, timeLeftMs: leftMs, env: process.env });
  if (isLeft(engine)) throw new Error(engine.left);
  return engine.right;
};

/**
 * Told to end (the machine goes down, or a playground does), a job ends its commands with it and says nothing more: the
 * listener tells that it was interrupted, which is the truth, where a failed build would not be.
 */
const endWhenTold = (): (() => boolean) => {
  let told = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      told = true;
      void endCommands().then(() => process.exit(128 + constants.signals[signal]));
    });
  }
  return () => told;
};

const never = new Promise<never>(() => {});

const jobEnv = (order: JobOrder, root: string, isTold: () => boolean, ended: AbortSignal): JobEnv => {
  const { id } = order;
  const dir = stateDir(root).open;
  const output = outputFile(dir, id);
  const limits = limitsOf(order, machineTime);
  return {
    engine: engineFor(order, root, output, limits),
    order,
    time: machineTime,
    limits,
    write: (event) => (isTold() ? never : withRoom(root, () => appendEvent(dir, id, event))),
    tail: () => tail(output, logTailLines),
    decision: {
      made: () => decisionOf(dir, id),
      cancelled: untilCancelled(dir, id, ended),
      activate: () => (isTold() ? never : withRoom(root, () => decide(dir, id, { kind: "activate" }))),
    },
    confirmed: (signal) => confirmed(dir, id, signal),
    endCommands,
  };
};

/** Resolves to an exit code: 0 when the journal has its end, whatever that is. */
export const runJobById = async (id: RequestId, options: JobOptions): Promise<number> => {
  const root = options.stateDir;
  const { open: dir } = stateDir(root);
  const self = await processes.self();
  const taken = await withRoom(root, () => takeJob(dir, id, self));
  if (isLeft(taken)) {
    process.stderr.write(`hd job: ${taken.left}\n`);
    return 1;
  }
  const ended = new AbortController();
  try {
    await runJob(jobEnv(taken.right, root, endWhenTold(), ended.signal));
    return 0;
  } finally {
    ended.abort();
    // What was given up may have begun something since.
    await endCommands();
  }
};
