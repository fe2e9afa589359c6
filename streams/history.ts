/**
 * The newest rows of the history, a page at a time. However large the log is, a page reads a bounded number of records: only
 * as many as its rows need where subjects tell what is wanted, else as many as the budget allows; then it says how far it
 * looked. Nothing but `scan` lifts the budget.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogIndex, LogReader } from "../lib/router/ports.ts";
import { byRequests } from "./history-by-requests.ts";
import { completed } from "./history-complete.ts";
import { filtersFor, type HistoryQuery } from "./history-query.ts";
import type { HistoryRow } from "./history-row.ts";
import { candidatesIn, type Met } from "./history-window.ts";
import type { Stretch } from "./log-cursor.ts";
import { logWindows, type Window } from "./log-windows.ts";
import { seqAt } from "./seq-at.ts";

export type HistoryLog = LogReader & Pick<LogIndex, "count" | "subjects">;

export interface HistoryPage {
  /** Newest first. */
  readonly rows: readonly HistoryRow[];
  /** For the page that follows: rows before this sequence. `undefined`: there are no more. */
  readonly nextBefore: number | undefined;
  /** Whether the page ends because it is full or nothing is left, and not because the budget was used up. */
  readonly complete: boolean;
}

export type HistoryReader = (query: HistoryQuery) => TaskEither<Failure, HistoryPage>;

/** Records that are looked at for what no subject tells. */
const budget = 20_000;

/** A deployment has about as many records. */
const recordsOfRow = 7;

const wantedRecords = { least: 64, most: 4_096 };

/** Sequences from that of `since` on, before that of `until` and `before`. */
const stretchOf = async (log: HistoryLog, query: HistoryQuery): Promise<Either<Failure, Stretch & { end: number }>> => {
  const { before = Number.POSITIVE_INFINITY, sinceMs, untilMs } = query;
  const [end, from, until] = await Promise.all([
    log.end()(),
    sinceMs === undefined ? right(1) : seqAt(log, sinceMs)(),
    untilMs === undefined ? right(before) : seqAt(log, untilMs + 1)(),
  ]);
  if (isLeft(end)) return end;
  if (isLeft(from)) return from;
  if (isLeft(until)) return until;
  return right({ from: from.right, to: Math.min(end.right + 1, before, until.right), end: end.right });
};

/** What a record costs where it cannot be counted is the looking. */
const costOf = ({ from, to, matching }: Window, read: number): number =>
  matching === undefined ? Math.max(read, (to - from) / 16) : read;

interface Walk {
  readonly log: HistoryLog;
  readonly query: HistoryQuery;
  readonly stretch: Stretch & { readonly end: number };
}

const pageOf = ({ query, stretch }: Walk, rows: readonly HistoryRow[], reached: number): HistoryPage => {
  const full = rows.length >= query.limit;
  const nextBefore = full ? (rows.at(-1)?.seq ?? reached) : reached;
  const isMore = nextBefore > stretch.from;
  return { rows, nextBefore: isMore ? nextBefore : undefined, complete: full || !isMore };
};

/** Back through all records that can be of wanted rows. */
const walkBack = async (walk: Walk): Promise<Either<Failure, HistoryPage>> => {
  const { log, query, stretch } = walk;
  const filters = filtersFor(query);
  const windows = await logWindows(log, filters, stretch);
  if (isLeft(windows)) return windows;
  const met: Met = new Map();
  const rows: HistoryRow[] = [];
  let wanted = Math.max(wantedRecords.least, query.limit * recordsOfRow);
  for (let spent = 0, reached = stretch.to; ; wanted *= 2) {
    if (spent >= (query.scan ? Number.POSITIVE_INFINITY : budget)) return right(pageOf(walk, rows, reached));
    const window = await windows.right.next(Math.min(wanted, wantedRecords.most));
    if (isLeft(window)) return window;
    if (window.right === undefined) return right(pageOf(walk, rows, stretch.from));
    const candidates = await candidatesIn(log, filters, window.right, met);
    if (isLeft(candidates)) return candidates;
    const kept = await completed({
      log,
      query,
      stretch,
      candidates: candidates.right,
      most: query.limit - rows.length,
    });
    if (isLeft(kept)) return kept;
    rows.push(...kept.right.rows);
    reached = window.right.from;
    if (rows.length >= query.limit) return right(pageOf(walk, rows, reached));
    spent += costOf(window.right, candidates.right.read + kept.right.looked);
  }
};

/** The newest rows that match, newest first. */
export const history =
  (log: HistoryLog): HistoryReader =>
  (query) =>
  async () => {
    const stretch = await stretchOf(log, query);
    if (isLeft(stretch)) return stretch;
    const few = await byRequests(log, query, stretch.right);
    if (isLeft(few)) return few;
    const walk = { log, query, stretch: stretch.right };
    return few.right === undefined ? walkBack(walk) : right(pageOf(walk, few.right, stretch.right.from));
  };
