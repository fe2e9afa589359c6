/**
 * From an id to its request. Nothing in the log is indexed by an id, but an id of ours tells its time, and one that listeners
 * gave its place: that is where it is looked for first, then back from the end. Bounded, so that an id which is nowhere is
 * told as such soon, unless the whole log is asked for.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { RequestId } from "../lib/contract/values.ts";
import { idTimeMs } from "../lib/router/id-time.ts";
import type { LogIndex, LogReader, Stored } from "../lib/router/ports.ts";
import { logCursor, readOn, type Stretch } from "./log-cursor.ts";
import { logWindows, type Window, type Windows } from "./log-windows.ts";
import { type BuildRequestRecord, type RequestRecord, readRecord } from "./records.ts";
import { seqAt } from "./seq-at.ts";

export type SeekLog = LogReader & Pick<LogIndex, "count">;

export interface Sought {
  /** One that hosts serve. */
  readonly request: RequestRecord | undefined;
  /** One that builders serve, if it is no other. */
  readonly build: BuildRequestRecord | undefined;
  /** If there is none: every request at or after this sequence was looked at. */
  readonly from: number;
}

type AnyRequest = RequestRecord | BuildRequestRecord;

type Found = Either<Failure, AnyRequest | undefined>;

const requests = "hd.req.>";

/** How many requests are looked at in each place, and how many of them together. */
const usualBound = 4_096;
const wanted = 1_024;

/** How far the requester's clock may be ahead of the log's; and behind it, or how long the request was on its way. */
const aheadMs = 15 * 60_000;
const behindMs = 60 * 60_000;

const hasId = (id: RequestId, stored: Stored): AnyRequest | undefined => {
  // A look at the text spares reading what is another's.
  if (!stored.body.includes(id) && !id.startsWith("s")) return undefined;
  const record = readRecord(stored);
  return (record.kind === "request" || record.kind === "build request") && record.id === id ? record : undefined;
};

const sought = (found: AnyRequest | undefined, from: number): Sought => ({
  request: found?.kind === "request" ? found : undefined,
  build: found?.kind === "build request" ? found : undefined,
  from,
});

/** The newest in a stretch, or in the first requests of it. */
const findIn = async (log: SeekLog, id: RequestId, stretch: Stretch): Promise<Found> => {
  let found: AnyRequest | undefined;
  let read = 0;
  const done = await readOn(logCursor(log, requests, stretch), (stored) => {
    found = hasId(id, stored) ?? found;
    read += 1;
    return read < usualBound;
  });
  return map(() => found)(done);
};

/** Where listeners say that it stands. */
const findAtPlace = async (log: SeekLog, id: RequestId): Promise<Found> => {
  const place = Number(/^s(\d{1,15})-/.exec(id)?.[1] ?? 0);
  return place === 0 ? right(undefined) : findIn(log, id, { from: place, to: place + 1 });
};

/** Around the time at which it was made: soon after it, unless the clocks differ. */
const findAroundTime = async (log: SeekLog, id: RequestId): Promise<Found> => {
  const madeMs = idTimeMs(id);
  if (madeMs === undefined) return right(undefined);
  const between = async (fromMs: number, toMs: number): Promise<Found> => {
    const [from, to] = await Promise.all([seqAt(log, fromMs)(), seqAt(log, toMs)()]);
    if (isLeft(from)) return from;
    return isLeft(to) ? to : findIn(log, id, { from: from.right, to: to.right });
  };
  const soon = await between(madeMs - 1_000, madeMs + behindMs);
  return isLeft(soon) || soon.right !== undefined ? soon : between(madeMs - aheadMs, madeMs - 1_000);
};

const requestsIn = ({ from, to, matching }: Window): number => matching?.[0] ?? to - from;

const backIn = async (
  log: SeekLog,
  id: RequestId,
  windows: Windows,
  bound: number,
): Promise<Either<Failure, Sought>> => {
  let [looked, from] = [0, Number.POSITIVE_INFINITY];
  while (looked < bound) {
    const window = await windows.next(Math.min(wanted, bound));
    if (isLeft(window)) return window;
    if (window.right === undefined) return right(sought(undefined, 1));
    const found = await findIn(log, id, window.right);
    if (isLeft(found)) return found;
    from = window.right.from;
    if (found.right !== undefined) return right(sought(found.right, from));
    looked += requestsIn(window.right);
  }
  return right(sought(undefined, from));
};

const findBack = async (log: SeekLog, id: RequestId, bound: number): Promise<Either<Failure, Sought>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  const windows = await logWindows(log, [requests], { from: 1, to: end.right + 1 });
  return isLeft(windows) ? windows : backIn(log, id, windows.right, bound);
};

/** The newest of those with this id that stand together. Back from the end at least `bound` requests are looked at. */
export const seekRequest =
  (log: SeekLog, id: RequestId, bound = usualBound): TaskEither<Failure, Sought> =>
  async () => {
    for (const find of [findAtPlace, findAroundTime]) {
      const found = await find(log, id);
      if (isLeft(found)) return found;
      if (found.right !== undefined) return right(sought(found.right, found.right.seq));
    }
    return findBack(log, id, bound);
  };
