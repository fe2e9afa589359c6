/**
 * Composes the job: `hd job <id>` reads its order from the journal and runs it, in a process that outlives the listener.
 * It claims the job first; a second start finds the claim taken and ends without a word in the journal.
 */
import { constants } from "node:os";
import { isLeft } from "fp-ts/lib/Either.js";
import { logTailLines } from "../lib/contract/deploy-event.ts";
import type { RequestId } from "../lib/contract/values.ts";
import type { Engine } from "../lib/host/engine.ts";
import { runJob } from "../lib/host/job.ts";
import type { JobOrder } from "../lib/host/job-order.ts";
import { appendEvent } from "../lib/host/journal.ts";
import { outputFile, stateDir } from "../lib/host/state-dir.ts";
import { tail } from "../lib/host/tail.ts";
import { takeJob } from "../lib/host/take-job.ts";
import { engineOf } from "../lib/nix/engine-of.ts";
import { endCommands } from "../lib/nix/process.ts";
import { processes } from "../lib/nix/process-identity.ts";

export interface JobOptions {
  readonly stateDir: string;
}

/** Throws for a flake URL that the listener would not have started with: the journal was changed by hand. */
const engineFor = (order: JobOrder, root: string, output: string): Engine => {
  const deadlineMs = Date.parse(order.accepted_at) + order.timeout_ms;
  const timeLeftMs = () => deadlineMs - Date.now();
  const engine = engineOf(order, { outputFile: output, stateDir: root, timeLeftMs, env: process.env });
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

/** Resolves to an exit code: 0 when the journal has its end, whatever that is. */
export const runJobById = async (id: RequestId, options: JobOptions): Promise<number> => {
  const dir = stateDir(options.stateDir).open;
  const taken = await takeJob(dir, id, await processes.self());
  if (isLeft(taken)) {
    process.stderr.write(`hd job: ${taken.left}\n`);
    return 1;
  }
  const order = taken.right;
  const output = outputFile(dir, id);
  const isTold = endWhenTold();
  await runJob({
    engine: engineFor(order, options.stateDir, output),
    order,
    write: (event) => (isTold() ? never : appendEvent(dir, id, event)),
    tail: () => tail(output, logTailLines),
    now: Date.now,
  });
  return 0;
};
