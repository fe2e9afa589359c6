/** What a host runs, as `hd hosts` tells it: by the log, and what runs instead where the host said so after its newest record. */
import type { Action, Commit, Revision, StorePath } from "../../lib/contract/values.ts";
import { asSeen } from "../../streams/as-seen.ts";
import { type HostState, lastKnown, type Part } from "../../streams/host-state.ts";
import type { Seen } from "../../streams/presences.ts";

export interface Deployed {
  readonly action: Action | undefined;
  readonly commit: Commit | undefined;
  readonly closure: StorePath | undefined;
  readonly revision: Revision | undefined;
  readonly requester: string | undefined;
  readonly atMs: number;
  /** The record of the deployment. */
  readonly seq: number | undefined;
}

/** `rebooted`: what was only tried is gone. `failed`: a deployment failed and was not rolled back. */
export interface UnlikeLog {
  readonly how: "by hand" | "rebooted" | "failed";
  readonly commit: Commit | undefined;
}

export interface Runs {
  readonly runs: Deployed | undefined;
  readonly unlikeLog: UnlikeLog | undefined;
}

const deployedIn = (part: Part): Deployed | undefined => {
  const known = lastKnown(part);
  if (known.is !== "system") return undefined;
  const { by, closure, since } = known;
  const asked = { action: by?.action, commit: by?.commit, revision: by?.revision, requester: by?.requester };
  return { ...asked, closure, atMs: since.atMs, seq: by?.seq };
};

export const runsOf = (state: HostState, seen: Seen | undefined): Runs => {
  const { runs, unlike } = asSeen(state, seen);
  if (unlike !== undefined)
    return { runs: deployedIn(state.runs), unlikeLog: { how: unlike.how, commit: unlike.commit } };
  const isOfFailed = runs.is === "system" && runs.by?.failed === true;
  if (!isOfFailed) return { runs: deployedIn(runs), unlikeLog: undefined };
  return { runs: deployedIn(state.runs), unlikeLog: { how: "failed", commit: runs.by?.commit } };
};
