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
import { after, type Effect, effectOf, type HostState, isDecided, unread, untold } from "./host-state.ts";
import { logCursor, readOn, type Stretch } from "./log-cursor.ts";
import { type ResponseRecord, readRecord } from "./records.ts";

type Log = Pick<LogReader, "range"> & Pick<LogIndex, "newest">;

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

/** In sequences. Each window is larger than the one above it, so that few are enough, wherever the answer is. */
const [firstSpan, growth] = [4096, 4];

const responseIn = (stored: Stored): ResponseRecord | undefined => {
  const record = readRecord(stored);
  return record.kind === "response" ? record : undefined;
};

const effectIn = (stored: Stored): Effect | undefined => {
  const record = responseIn(stored);
  return record && effectOf(record);
};

const fold = (start: HostState, effects: readonly Effect[]): HostState => effects.reduce(after, start);

type Effects = Either<Failure, readonly Effect[]>;

const effectsIn = async (log: Log, host: HostName, stretch: Stretch): Promise<Effects> => {
  const effects: Effect[] = [];
  for (const filter of endingsOf(host)) {
    const read = await readOn(logCursor(log, filter, stretch), (stored) => {
      effects.push(...[effectIn(stored) ?? []].flat());
      return true;
    });
    if (isLeft(read)) return read;
  }
  return right(effects.sort((a, b) => a.by.seq - b.by.seq));
};

/** What is older than a place in the log, as far as it is needed: the state before `to`, with these effects upon it. */
const readBack = async (
  log: Log,
  host: HostName,
  { to, span }: { readonly to: number; readonly span: number },
  effects: readonly Effect[],
): Promise<Either<Failure, HostState>> => {
  const state = fold(unread, effects);
  if (isDecided(state)) return right(state);
  // Sequence 0 would mean the end of the log to the index.
  const before = to > 1 ? await log.newest(endingsOf(host), to - 1)() : right([]);
  if (isLeft(before)) return before;
  const next = before.right.at(-1)?.seq;
  if (next === undefined) return right(fold(untold, effects));
  const from = Math.max(1, next + 1 - span);
  const older = await effectsIn(log, host, { from, to: next + 1 });
  if (isLeft(older)) return older;
  return readBack(log, host, { to: from, span: span * growth }, [...older.right, ...effects]);
};

/** Of one host, whose newest ending it is. Mostly that says it all. */
export const stateOf = (log: Log, host: HostName, newest: Stored): Promise<Either<Failure, HostState>> =>
  readBack(log, host, { to: newest.seq, span: firstSpan }, [effectIn(newest) ?? []].flat());

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
