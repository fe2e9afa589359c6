/**
 * Whether a host runs the newest of its tier. That is the commit which the last deployment to stay there, by `switch` or `boot`,
 * brought to any host of the tier: the log knows in which order commits came, and nothing of their order in git.
 */
import type { Commit } from "../lib/contract/values.ts";
import type { AsSeen } from "./as-seen.ts";
import type { Deployment, HostState, Part } from "./host-state.ts";

export interface Newest {
  readonly commit: Commit;
  readonly by: Deployment;
  /** When it came to the first of the hosts that have it. */
  readonly sinceMs: number;
}

/** `behind`: an older one. `tried`: one by `test`. `reboot`: it will boot the newest. The others run nobody knows what. */
export interface Drift {
  readonly kind: "behind" | "tried" | "reboot" | "unlike_log" | "unknown" | "never_deployed";
  readonly newest: Newest;
}

/** What a host is to keep, or was before that became unknown. */
const stayed = ({ boots }: HostState): Deployment | undefined => {
  const known = boots.is === "unknown" ? boots.before : boots;
  return known.is === "system" ? known.by : undefined;
};

/** `undefined`: nothing was deployed there yet, or nobody said of which commit. */
export const newestOf = (states: readonly HostState[]): Newest | undefined => {
  const all = states.flatMap((state) => stayed(state) ?? []).sort((a, b) => b.seq - a.seq);
  const by = all.find(({ commit }) => commit !== undefined);
  if (by?.commit === undefined) return undefined;
  const { commit } = by;
  return { commit, by, sinceMs: Math.min(...all.filter((one) => one.commit === commit).map(({ atMs }) => atMs)) };
};

const commitOf = (part: Part): Commit | undefined => (part.is === "system" ? part.by?.commit : undefined);

const kindOf = ({ runs, boots, unlike }: AsSeen, { commit }: Newest): Drift["kind"] | undefined => {
  if (unlike !== undefined) return "unlike_log";
  if (runs.is !== "system") return runs.is === "unknown" ? "unknown" : "never_deployed";
  if (commitOf(runs) === commit) return undefined;
  if (runs.by?.action === "test") return "tried";
  return commitOf(boots) === commit ? "reboot" : "behind";
};

/** `undefined`: it runs the newest. */
export const driftOf = (seen: AsSeen, newest: Newest): Drift | undefined => {
  const kind = kindOf(seen, newest);
  return kind && { kind, newest };
};
