/**
 * What a host runs, as far as the log tells: the newest deployment that changed it. A trial changes nothing, and what was
 * made to boot does not run yet, so the newest completed one is not always it.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Action, Commit, Revision, StorePath } from "../../lib/contract/values.ts";
import { type HistoryLog, history } from "../../streams/history.ts";
import type { ResponseRecord } from "../../streams/records.ts";

export interface Deployed {
  readonly action: Action | undefined;
  readonly commit: Commit | undefined;
  readonly closure: StorePath | undefined;
  readonly revision: Revision | undefined;
  readonly requester: string | undefined;
  readonly atMs: number;
}

const changes = (action: Action | undefined): boolean => action !== "boot" && action !== "dry-activate";

export const deployedBy = ({ atMs, event }: ResponseRecord): Deployed => {
  const { action, commit, closure, revision, requester } = event;
  return { action, commit, closure, revision, requester, atMs };
};

/** `undefined`: nothing was deployed there yet. Only where the newest did not change it does anything have to be looked up. */
export const whatRuns = async (
  log: HistoryLog,
  newest: ResponseRecord | undefined,
): Promise<Either<Failure, Deployed | undefined>> => {
  if (newest === undefined) return right(undefined);
  if (changes(newest.event.action)) return right(deployedBy(newest));
  const { tier, host } = newest;
  let found: Deployed | undefined;
  for (const action of ["switch", "test"] as const) {
    const page = await history(log)({ limit: 1, tier, host, status: "completed", action })();
    if (isLeft(page)) return page;
    const [row] = page.right.rows;
    if (row === undefined || row.atMs < (found?.atMs ?? 0)) continue;
    const { commit, closure, revision, requester, atMs } = row;
    found = { action, commit, closure, revision, requester, atMs };
  }
  return right(found);
};
