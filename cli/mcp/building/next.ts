/**
 * What to do now about a build. That it goes on by itself is said only where its builder seems to be there, and how long it
 * waits is what its own request says.
 */
import { buildWaits } from "../../build/waiting-text.ts";
import { buildExpiryMs, type ObservedBuild } from "../../build/watched.ts";

/** As a call leaves it. */
export interface LeftBuild extends ObservedBuild {
  /** A builder waits for work, as one does that builds, too. `undefined`: it cannot be told, or does not matter any more. */
  readonly isThere: boolean | undefined;
  /** When that was looked at. */
  readonly nowMs: number;
}

const waitFor = ({ request }: LeftBuild): string => `deployment_wait {"id":"${request.id}"}`;

const ofWaiting = (left: LeftBuild): string => {
  const { result, isThere, nowMs } = left;
  const expiryMs = buildExpiryMs(left);
  const waits = buildWaits(expiryMs, nowMs);
  if (expiryMs !== undefined && expiryMs <= nowMs)
    return `No builder has taken it: ${waits}. Tell the person, and call build again if it is still wanted.`;
  if (result.unreachable !== undefined || isThere === false)
    return `No builder takes it now: ${waits}. Tell the person, and look again with ${waitFor(left)}.`;
  return `No builder has taken it yet: ${waits}. Call ${waitFor(left)} to watch on.`;
};

const ofRunning = (left: LeftBuild): string =>
  left.isThere === false
    ? `Its builder does not seem to be there: it goes on once one is. Tell the person, and look again with ${waitFor(left)}.`
    : `It goes on by itself. Call ${waitFor(left)} to watch on.`;

export const nextOf = (left: LeftBuild): string => {
  const { newest, ended, simulated } = left.result.progress;
  if (newest === undefined) return ofWaiting(left);
  if (!ended) return ofRunning(left);
  if (newest.status !== "completed") return "Nothing was deployed. Tell the person what failed.";
  return simulated
    ? "Nothing was deployed, and nothing really built: only a real builder tells whether it builds. Tell the person."
    : "Nothing was deployed. To deploy what was built, call deploy with the commit as revision.";
};
