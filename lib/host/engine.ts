/**
 * What a job asks of the machine, as a port: resolve a revision, build it, activate it, and say what runs. Real Nix and
 * the stand-in implement it. An engine never decides whether a deployment succeeded: it reports, and the job compares.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import type { HealthCheck } from "../contract/health-check.ts";
import type { Action, Commit, Revision, StorePath, UnitName } from "../contract/values.ts";

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

/** How an activation ended that ran to its end. */
export interface Activated {
  /** Some units failed while everything else was done; `switch-to-configuration` says so by exit code 4. */
  readonly unitsFailed: boolean;
  /** As far as the program named them. */
  readonly named: readonly UnitName[];
}

export interface Rollback {
  /** `switch`: it also becomes what will boot. `boot`: only that. `test`: what will boot is left as it is. */
  readonly action: "switch" | "boot" | "test";
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
  /**
   * Fails with `busy` (another switch runs; nothing was done), `activation_failed` or `timeout`; but for `busy` the new system
   * may run all the same. No switch runs any more when it comes back; to stop one of ours it may take three minutes longer
   * than its deadline.
   */
  readonly activate: (activation: Activation) => TaskEither<Failure, Activated>;
  /**
   * Goes back to a system by its own switch script, the profile first. Fails as `activate` does, but waits for a switch of
   * someone else's for up to half of the time that is left before it is `busy`.
   */
  readonly rollBack: (rollback: Rollback) => TaskEither<Failure, Activated>;
  /** The units that are failed now; none where there is no systemd. */
  readonly failedUnits: () => TaskEither<Failure, readonly UnitName[]>;
  /** What of a system runs only after a reboot, such as "kernel"; as words for people. */
  readonly rebootNeeded: (closure: StorePath) => TaskEither<Failure, readonly string[]>;
  /** One try of a check within its deadline, and never longer than what is left. Left: why not, as a clause. */
  readonly probe: (check: HealthCheck) => TaskEither<string, void>;
}
