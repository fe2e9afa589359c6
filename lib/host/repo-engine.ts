/**
 * What a builder asks of the machine for one repository, as a port: resolve a revision, name the hosts of the flake, build
 * one of them. Real Nix and the stand-in implement it. Nothing that it builds is activated anywhere.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import type { Revision, StorePath } from "../contract/values.ts";
import type { Resolved } from "./engine.ts";

export interface HostBuild {
  readonly resolved: Resolved;
  readonly host: HostName;
  readonly timeoutMs: number;
}

export interface RepoEngine {
  /** True when nothing is really built; every record then says so. */
  readonly simulated: boolean;
  /** Asks the remote itself, never a cache. Fails with `revision_not_found`, `unreachable` or `timeout`. */
  readonly resolve: (revision: Revision, timeoutMs: number) => TaskEither<Failure, Resolved>;
  /** As the flake has them: anything can be such a name. Fails with `build_failed`, `unreachable` or `timeout`. */
  readonly configurations: (resolved: Resolved, timeoutMs: number) => TaskEither<Failure, readonly string[]>;
  /**
   * What is built is kept until the next build of the host, and what was built before is kept when this one fails. Fails with
   * `build_failed` or `timeout`.
   */
  readonly build: (build: HostBuild) => TaskEither<Failure, StorePath>;
  /** The last lines of what the newest build of a host printed. */
  readonly tail: (host: HostName) => Promise<readonly string[]>;
}
