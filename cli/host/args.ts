/** What the commands for hosts are given. */
import type { LogArgs } from "../fleet/log-of.ts";
import type { MakeArgs } from "../fleet/make.ts";

export interface HostArgs extends MakeArgs, LogArgs {
  readonly fleet: string;
}
