/** What every engine is told. An engine belongs to one host, and in a job to one deployment. */
import type { HostName } from "../contract/names.ts";
import type { FlakeUrl } from "./flake-url.ts";
import type { Environment } from "./git.ts";

export interface EngineOptions {
  readonly host: HostName;
  readonly flake: FlakeUrl;
  /** What the commands print is appended here; it must be possible to create it. */
  readonly outputFile: string;
  /** Asked before each step, which ends when this time is over. */
  readonly timeLeftMs: () => number;
  readonly env: Environment;
}

/** An engine that keeps its system to itself, below a folder of its own. */
export interface RootedEngineOptions extends EngineOptions {
  readonly root: string;
}
