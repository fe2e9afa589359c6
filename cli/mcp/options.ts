/** What whoever starts the MCP server decides, and no client of it can. */

import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Environment } from "../../lib/contract/alias.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Tier } from "../../lib/contract/names.ts";
import type { Commit, Revision } from "../../lib/contract/values.ts";

/** What tools need to know of it. */
export interface ToolOptions {
  /** For the aliases of targets. */
  readonly env: Environment;
  /** The options of the connection, for commands that are named: see cli/connection/repeated.ts. */
  readonly repeated: string;
  /** Of the question who is there. */
  readonly discoverSubject: string;
  /** Tiers where no person has to confirm. */
  readonly unconfirmed: readonly Tier[];
  /** What a revision is by the flake's repository now; `undefined`: nobody said where that is. The signal ends the question. */
  readonly resolve: (revision: Revision, signal: AbortSignal) => TaskEither<Failure, Commit | undefined>;
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

export interface HttpOptions {
  readonly address: HttpAddress;
  readonly tokensFile: string;
  /** More names by which clients reach it. */
  readonly names: readonly string[];
}

export interface McpOptions extends Omit<ToolOptions, "env" | "resolve"> {
  /** The flake's repository, to look a revision up before a person is asked. */
  readonly flakeUrl: string | undefined;
  readonly builds: boolean;
  /** Deployments for each token and hour. `undefined`: as many as there are. */
  readonly perHour: number | undefined;
  /** `undefined`: on stdin and stdout. */
  readonly http: HttpOptions | undefined;
}
