/** What whoever starts the MCP server decides, and no client of it can. */
import type { Environment } from "../../lib/contract/alias.ts";
import type { Tier } from "../../lib/contract/names.ts";

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

export interface McpOptions extends Omit<ToolOptions, "env"> {
  readonly builds: boolean;
  /** Deployments for each session and hour. `undefined`: as many as there are. */
  readonly perHour: number | undefined;
  /** `undefined`: on stdin and stdout. */
  readonly http: HttpOptions | undefined;
}
