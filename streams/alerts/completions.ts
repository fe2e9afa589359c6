/**
 * The deployments that completed on a host, read backwards one by one, each found by the log's index. What was found is kept for
 * as long as no newer one comes: a host that deploys daily and never reboots would else be read back each time.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Stored } from "../../lib/router/ports.ts";
import type { Lack, LackLog } from "./lacks.ts";

/** How many are looked at. */
const most = 200;

/** From the newest on, as long as `visit` says true. */
export const completionsBack = async (
  log: Pick<LackLog, "newest">,
  host: HostName,
  newest: Stored,
  visit: (stored: Stored) => boolean,
): Promise<Either<Failure, void>> => {
  let stored: Stored | undefined = newest;
  for (let looked = 0; looked < most && stored !== undefined && visit(stored); looked += 1) {
    // Sequence 0 would mean the end of the log.
    const older: Either<Failure, readonly Stored[]> =
      stored.seq > 1 ? await log.newest([`hd.res.*.${host}.completed`], stored.seq - 1)() : right([]);
    if (isLeft(older)) return older;
    stored = older.right.at(-1);
  }
  return right(undefined);
};

type Answer = Either<Failure, Lack | undefined>;

/** Of each host the last answer, for as long as its key stays the same. */
export const remembered = (): ((host: HostName, key: string, ask: () => Promise<Answer>) => Promise<Answer>) => {
  const known = new Map<HostName, { readonly key: string; readonly lack: Lack | undefined }>();
  return async (host, key, ask) => {
    const kept = known.get(host);
    if (kept?.key === key) return right(kept.lack);
    const lack = await ask();
    if (!isLeft(lack)) known.set(host, { key, lack: lack.right });
    return lack;
  };
};
