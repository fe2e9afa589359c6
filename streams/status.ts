/**
 * What every host runs and will boot as of a place in the log. The newest endings of all hosts come from the log's own index, and
 * mostly decide; only where they do not, the log is read backwards, host by host, no further than it has to be.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { parseResponseSubject } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { HostName, Tier } from "../lib/contract/names.ts";
import type { LogIndex, LogReader, Stored } from "../lib/router/ports.ts";
import { readAll } from "./history-window.ts";
import { after, type Effect, effectOf, type HostState, isDecided, unread, untold } from "./host-state.ts";
import { logWindows, type Windows } from "./log-windows.ts";
import { type ResponseRecord, readRecord } from "./records.ts";

type Log = Pick<LogReader, "range" | "last"> & Pick<LogIndex, "newest" | "count">;

export interface HostStatus {
  readonly host: HostName;
  /** Where it ended its newest deployment. */
  readonly tier: Tier;
  readonly state: HostState;
  /** The newest ending, whatever it changed; `undefined`: it cannot be read. */
  readonly newest: ResponseRecord | undefined;
}

/** A host has one name in all tiers, and may have been in another one before. */
const endingsOf = (host: HostName | "*"): readonly string[] => [
  `hd.res.*.${host}.completed`,
  `hd.res.*.${host}.failed`,
];

/** Mostly one of the newest endings decides, and stepping back to it is quickest; of more, many are read at once. */
const mostSteps = 6;
const perWindow = { first: 64, growth: 4, last: 1024 };

const responseIn = (stored: Stored): ResponseRecord | undefined => {
  const record = readRecord(stored);
  return record.kind === "response" ? record : undefined;
};

const effectIn = (stored: Stored): Effect | undefined => {
  const record = responseIn(stored);
  return record && effectOf(record);
};

const fold = (start: HostState, effects: readonly Effect[]): HostState => effects.reduce(after, start);

/** The effects of what stands before, and where that begins. */
interface Older {
  readonly effects: readonly Effect[];
  readonly from: number;
}

/** `undefined`: nothing does. */
type Read = Promise<Either<Failure, Older | undefined>>;

/** One ending further back. */
const step = async (log: Log, host: HostName, to: number): Read => {
  // Sequence 0 would mean the end of the log to the index.
  const newest = to > 1 ? await log.newest(endingsOf(host), to - 1)() : right([]);
  if (isLeft(newest)) return newest;
  const last = newest.right.at(-1);
  return right(last && { effects: [effectIn(last) ?? []].flat(), from: last.seq });
};

const readWindow = async (log: Log, host: HostName, windows: Windows, n: number): Read => {
  const window = await windows.next(Math.min(perWindow.last, perWindow.first * perWindow.growth ** n));
  if (isLeft(window)) return window;
  if (window.right === undefined) return right(undefined);
  const records = await readAll(log, endingsOf(host), window.right);
  if (isLeft(records)) return records;
  return right({ effects: records.right.flatMap((stored) => effectIn(stored) ?? []), from: window.right.from });
};

/** Reads back until it is decided. */
const readBack = async (start: Older, read: (to: number, n: number) => Read): Promise<Either<Failure, HostState>> => {
  let { effects, from } = start;
  for (let n = 0; ; n++) {
    const state = fold(unread, effects);
    if (isDecided(state)) return right(state);
    const older = await read(from, n);
    if (isLeft(older)) return older;
    if (older.right === undefined) return right(fold(untold, effects));
    effects = [...older.right.effects, ...effects];
    from = older.right.from;
  }
};

/** Of one host, whose newest ending it is. Mostly that says it all. */
export const stateOf = (log: Log, host: HostName, newest: Stored): Promise<Either<Failure, HostState>> => {
  let windows: Either<Failure, Windows> | undefined;
  return readBack({ effects: [effectIn(newest) ?? []].flat(), from: newest.seq }, async (to, n) => {
    if (n < mostSteps) return step(log, host, to);
    windows ??= await logWindows(log, endingsOf(host), { from: 1, to });
    return isLeft(windows) ? windows : readWindow(log, host, windows.right, n - mostSteps);
  });
};

const statusOf = async (log: Log, newest: Stored): Promise<Either<Failure, readonly HostStatus[]>> => {
  const place = parseResponseSubject(newest.subject);
  if (place === undefined) return right([]);
  const { host, tier } = place;
  const state = await stateOf(log, host, newest);
  return isLeft(state) ? state : right([{ host, tier, state: state.right, newest: responseIn(newest) }]);
};

/** The newest of each host, of the newest of each subject, which come in the order of the log. */
const newestOfEach = (endings: readonly Stored[]): readonly Stored[] => [
  ...new Map(endings.map((stored) => [parseResponseSubject(stored.subject)?.host, stored])).values(),
];

/** As of the record with the sequence `upTo`, that one included. Hosts that ended nothing by then are not in it. */
export const statusAt =
  (log: Log, upTo: number): TaskEither<Failure, readonly HostStatus[]> =>
  async () => {
    const endings = await log.newest(endingsOf("*"), upTo)();
    if (isLeft(endings)) return endings;
    const all = await Promise.all(newestOfEach(endings.right).map((newest) => statusOf(log, newest)));
    const found: HostStatus[] = [];
    for (const one of all) {
      if (isLeft(one)) return one;
      found.push(...one.right);
    }
    return right(found);
  };
