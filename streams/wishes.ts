/**
 * Wishes in the log and what became of them. A wish is over when a request with its id stands at its address, or a word against
 * it, or nobody said anything for its time. All of it is read from the log, so that everybody comes to the same.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { askFilter, requestFilter } from "../lib/contract/address.ts";
import { type Wish, wishLifeMs } from "../lib/contract/ask.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { Requester } from "../lib/contract/names.ts";
import type { RequestId } from "../lib/contract/values.ts";
import { idTimeMs } from "../lib/router/id-time.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { logCursor, readOn, type Stretch } from "./log-cursor.ts";
import { type AskRecord, type RequestRecord, readRecord } from "./records.ts";
import { seqAt } from "./seq-at.ts";

export interface WishRecord extends Pick<AskRecord, "seq" | "atMs" | "requester" | "address"> {
  readonly wish: Wish;
}

/** What was said about a wish. */
export type WishWord =
  | { readonly kind: "denied"; readonly by: Requester; readonly atMs: number; readonly reason: string | undefined }
  /** The request with its id, which is what counts, whatever else was said. */
  | { readonly kind: "sent"; readonly request: RequestRecord };

export type WishState = WishWord | { readonly kind: "open" | "expired"; readonly untilMs: number };

/** How far the clocks of those who write may be apart from the log's, and how late a word may come that was in time. */
const slackMs = 15 * 60_000;

const openEnd = Number.POSITIVE_INFINITY;
const whole: Stretch = { from: 1, to: openEnd };

export const wishOf = ({ ask, ...place }: AskRecord): WishRecord | undefined =>
  ask.kind === "wish" ? { ...place, wish: ask.wish } : undefined;

const anybodys = "hd.ask.>";

const wishesIn = async (
  log: LogReader,
  stretch: Stretch,
  filter = anybodys,
): Promise<Either<Failure, readonly WishRecord[]>> => {
  const found: WishRecord[] = [];
  const read = await readOn(logCursor(log, filter, stretch), (stored) => {
    const record = readRecord(stored);
    const wish = record.kind === "ask" ? wishOf(record) : undefined;
    if (wish !== undefined) found.push(wish);
    return true;
  });
  return map(() => found)(read);
};

/** Those that are not too old to come true, in the order of the log. `filter`: subjects of wishes; left out: anybody's. */
export const youngWishes =
  (log: LogReader, nowMs: number, filter = anybodys): TaskEither<Failure, readonly WishRecord[]> =>
  async () => {
    const from = await seqAt(log, nowMs - wishLifeMs)();
    return isLeft(from) ? from : wishesIn(log, { from: from.right, to: openEnd }, filter);
  };

/** Where a record with this id stands, unless clocks are far apart; an id that is not ours may stand anywhere. */
const stretchOf = async (log: LogReader, id: RequestId): Promise<Either<Failure, Stretch>> => {
  const madeMs = idTimeMs(id);
  if (madeMs === undefined) return right(whole);
  const [from, to] = await Promise.all([seqAt(log, madeMs - slackMs)(), seqAt(log, madeMs + wishLifeMs + slackMs)()]);
  if (isLeft(from)) return from;
  return map((end: number) => ({ from: from.right, to: end }))(to);
};

/** There are few wishes in a log. */
const withIdIn = async (
  log: LogReader,
  id: RequestId,
  stretch: Stretch,
): Promise<Either<Failure, readonly WishRecord[]>> =>
  map((all: readonly WishRecord[]) => all.filter(({ wish }) => wish.id === id))(await wishesIn(log, stretch));

/** All with this id. More than one is somebody's forgery, so that nobody may say a word about either by the id alone. */
export const wishesWithId =
  (log: LogReader, id: RequestId): TaskEither<Failure, readonly WishRecord[]> =>
  async () => {
    const stretch = await stretchOf(log, id);
    if (isLeft(stretch)) return stretch;
    const near = await withIdIn(log, id, stretch.right);
    return isLeft(near) || near.right.length > 0 ? near : withIdIn(log, id, whole);
  };

/** The first record behind a wish of which `pick` makes something, as long as it can still be about it. */
const firstBehind = async <A>(
  log: LogReader,
  { seq, atMs }: WishRecord,
  filter: string,
  pick: (record: ReturnType<typeof readRecord>) => A | undefined,
): Promise<Either<Failure, A | undefined>> => {
  let found: A | undefined;
  const read = await readOn(logCursor(log, filter, { from: seq + 1, to: openEnd }), (stored) => {
    found = pick(readRecord(stored));
    return found === undefined && stored.atMs <= atMs + wishLifeMs + slackMs;
  });
  return map(() => found)(read);
};

/** `undefined`: nobody said anything. */
export const wordOn =
  (log: LogReader, one: WishRecord): TaskEither<Failure, WishWord | undefined> =>
  async () => {
    const { id } = one.wish;
    const sent = await firstBehind(log, one, requestFilter(one.address), (record) =>
      record.kind === "request" && record.id === id ? record : undefined,
    );
    if (isLeft(sent)) return sent;
    if (sent.right !== undefined) return right({ kind: "sent", request: sent.right });
    return firstBehind(log, one, askFilter(one.address), (record): WishWord | undefined => {
      if (record.kind !== "ask" || record.ask.kind !== "denial" || record.ask.denial.id !== id) return undefined;
      return { kind: "denied", by: record.requester, atMs: record.atMs, reason: record.ask.denial.reason };
    });
  };

export const wishState =
  (log: LogReader, one: WishRecord, nowMs: number): TaskEither<Failure, WishState> =>
  async () => {
    const untilMs = one.atMs + wishLifeMs;
    const word = await wordOn(log, one)();
    return map(
      (said: WishWord | undefined): WishState => said ?? { kind: nowMs > untilMs ? "expired" : "open", untilMs },
    )(word);
  };
