/**
 * What a job asks of the machine, as a port: resolve a revision, build it, activate it, and say what runs. Real Nix and
 * the stand-in implement it. An engine never decides whether a deployment succeeded: it reports, and the job compares.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import type { Action, Commit, Revision, StorePath } from "../contract/values.ts";

export interface Resolved {
  readonly commit: Commit;
  /** A full ref that contains the commit, such as `refs/heads/main`: Nix before 2.9 fetches a commit by its ref only. */
  readonly ref: string;
}

/** What the machine says of itself; `undefined` where a link does not exist. */
export interface SystemState {
  /** `/run/current-system`, resolved. */
  readonly running: StorePath | undefined;
  /** The system profile, resolved: what will boot. */
  readonly boots: StorePath | undefined;
  /** Number of the system profile's current generation. */
  readonly generation: number | undefined;
}

export interface Activation {
  readonly action: Action;
  readonly resolved: Resolved;
  readonly closure: StorePath;
}

export interface Engine {
  /** True when nothing is really built or switched; every record then says so. */
  readonly simulated: boolean;
  /** Asks the remote itself, never a cache. Fails with `revision_not_found`, `unreachable` or `timeout`. */
  readonly resolve: (revision: Revision) => TaskEither<Failure, Resolved>;
  /** Fails with `build_failed` (first error of the output as the message) or `timeout`. */
  readonly build: (resolved: Resolved) => TaskEither<Failure, StorePath>;
  readonly state: () => TaskEither<Failure, SystemState>;
  /** Fails with `activation_failed` or `timeout`; the new system may run all the same. */
  readonly activate: (activation: Activation) => TaskEither<Failure, void>;
}
