/**
 * Whether a host runs something else than the log tells, by what it announced after the newest record. Of what runs without
 * a record nobody can say who put it there.
 */
import type { Presence } from "../../lib/contract/presence.ts";
import type { Commit } from "../../lib/contract/values.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { type Deployed, deployedBy } from "./what-runs.ts";

/** `rebooted`: what was only tried is gone. `failed`: a deployment failed and was not rolled back. */
export interface UnlikeLog {
  readonly how: "by hand" | "rebooted" | "failed";
  readonly commit: Commit | undefined;
}

export interface Told {
  /** What it announced, and when that was stored. */
  readonly presence: Presence | undefined;
  readonly seenAtMs: number;
  readonly runs: Deployed | undefined;
  readonly lastCompleted: ResponseRecord | undefined;
}

/** What runs now of two: what was deployed, or what was made to boot, when the host runs just that. */
export const runsNow = ({ presence, seenAtMs, runs, lastCompleted }: Told): Deployed | undefined => {
  const isBooted =
    lastCompleted?.event.action === "boot" &&
    seenAtMs >= lastCompleted.atMs &&
    presence?.running !== undefined &&
    presence.running === lastCompleted.event.closure;
  return isBooted && lastCompleted !== undefined ? deployedBy(lastCompleted) : runs;
};

/** Whether there may be a difference: only then the newest failure has to be looked up. */
export const mayDiffer = ({ presence, seenAtMs, runs }: Told): boolean =>
  presence?.running !== undefined &&
  presence.doing === undefined &&
  runs?.closure !== undefined &&
  runs.closure !== presence.running &&
  seenAtMs >= runs.atMs;

/** `failed`: the newest failure on that host. Only for what may differ. */
export const unlikeLog = ({ presence, runs }: Told, failed: ResponseRecord | undefined): UnlikeLog => {
  if (failed !== undefined && failed.event.closure === presence?.running && failed.atMs > (runs?.atMs ?? 0))
    return { how: "failed", commit: failed.event.commit };
  const isRebooted = runs?.action === "test" && presence?.running === presence?.boots;
  return { how: isRebooted ? "rebooted" : "by hand", commit: presence?.commit };
};
