/**
 * Wishes as rows of the history. A wish that came true is told by its request, one that did not by what was said of it, and one
 * of which nothing was said by itself: whether its time is over, its message lets everybody see.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogIndex, LogReader } from "../lib/router/ports.ts";
import { type HistoryQuery, wantsWishes, wishesFor } from "./history-query.ts";
import { type HistoryRow, rowOfWish } from "./history-row.ts";
import { readRecord } from "./records.ts";
import { type WishRecord, type WishWord, wishesWithId, wishOf, wordOn } from "./wishes.ts";

/** How many are few enough to look at all of them. */
const most = 256;

const said = (row: HistoryRow, word: WishWord | undefined): HistoryRow | undefined => {
  if (word === undefined) return row;
  if (word.kind === "sent") return undefined;
  const why = word.reason === undefined ? "" : `: ${word.reason}`;
  return { ...row, status: "denied", message: `denied by ${word.by}${why}` };
};

/** `undefined`: its request tells it. */
export const withWord = async (
  log: LogReader,
  row: HistoryRow,
  wish: WishRecord,
): Promise<Either<Failure, HistoryRow | undefined>> =>
  map((word: WishWord | undefined) => said(row, word))(await wordOn(log, wish)());

type Log = LogReader & Pick<LogIndex, "count">;

/** `undefined`: they are too many, or the server cannot count. */
const fewWishes = async (
  log: Log,
  query: HistoryQuery,
): Promise<Either<Failure, readonly WishRecord[] | undefined>> => {
  if (!wantsWishes(query)) return right([]);
  if (query.id !== undefined) return wishesWithId(log, query.id)();
  const filter = wishesFor(query, false);
  const count = await log.count(1, filter)();
  if (isLeft(count)) return count;
  if (count.right === undefined || count.right > most) return right(undefined);
  const found = count.right === 0 ? right([]) : await log.range(1, filter, count.right)();
  if (isLeft(found)) return found;
  const records = found.right.map(readRecord);
  return right(records.flatMap((record) => (record.kind === "ask" ? (wishOf(record) ?? []) : [])));
};

/** Of those that the query's requester, role or id tells. `undefined`: they are too many. */
export const wishRows = async (
  log: Log,
  query: HistoryQuery,
): Promise<Either<Failure, readonly HistoryRow[] | undefined>> => {
  const wishes = await fewWishes(log, query);
  if (isLeft(wishes)) return wishes;
  if (wishes.right === undefined) return right(undefined);
  const rows: HistoryRow[] = [];
  for (const wish of wishes.right) {
    const row = await withWord(log, rowOfWish(wish), wish);
    if (isLeft(row)) return row;
    if (row.right !== undefined) rows.push(row.right);
  }
  return right(rows);
};
