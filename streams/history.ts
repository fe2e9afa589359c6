/**
 * The newest rows of the history, a page at a time. However large the log is, a page reads a bounded number of records: only
 * as many as its rows need where subjects tell what is wanted, else as many as the budget allows; then it says how far it
 * looked.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogIndex, LogReader } from "../lib/router/ports.ts";
import { type AnsweredBehind, answeredBehind } from "./answered-behind.ts";
import { byRequests } from "./history-by-requests.ts";
import { type Completed, completed } from "./history-complete.ts";
import { endingOf, filtersFor, type HistoryQuery } from "./history-query.ts";
import type { HistoryRow } from "./history-row.ts";
import { type HistoryStretch, stretchOf } from "./history-stretch.ts";
import { candidatesIn, type Met } from "./history-window.ts";
import { logWindows, type Window, type Windows } from "./log-windows.ts";

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

/** Records that are looked at in about a second. */
const usualBudget = 20_000;

/** A deployment has about as many records, of which one is its end. */
const recordsOfRow = (query: HistoryQuery): number => (endingOf(query) === undefined ? 7 : 1);

const wantedRecords = { least: 32, most: 2_048 };

/** What a record costs where it cannot be counted is the looking. */
const costOf = ({ from, to, matching }: Window, read: number): number =>
  matching === undefined ? Math.max(read, (to - from) / 16) : read;

interface Walk {
  readonly log: HistoryLog;
  readonly query: HistoryQuery;
  readonly stretch: HistoryStretch;
  readonly behind: AnsweredBehind | undefined;
}

const pageOf = ({ query, stretch }: Walk, rows: readonly HistoryRow[], reached: number): HistoryPage => {
  const full = rows.length >= query.limit;
  const nextBefore = full ? (rows.at(-1)?.seq ?? reached) : reached;
  const isMore = nextBefore > stretch.from;
  return { rows, nextBefore: isMore ? nextBefore : undefined, complete: full || !isMore };
};

interface Step {
  readonly rows: readonly HistoryRow[];
  /** What it took of the budget. */
  readonly cost: number;
}

const rowsIn = async (
  { log, query, behind }: Walk,
  window: Window,
  met: Met,
  most: number,
): Promise<Either<Failure, Step>> => {
  const candidates = await candidatesIn(log, filtersFor(query), window, met);
  if (isLeft(candidates)) return candidates;
  const done = await completed({ log, query, behind, candidates: candidates.right, most });
  return map(({ rows, looked }: Completed) => ({ rows, cost: costOf(window, candidates.right.read + looked) }))(done);
};

/** Back through all records that can be of wanted rows. */
const walkBack = async (walk: Walk, windows: Windows): Promise<Either<Failure, HistoryPage>> => {
  const { query, stretch } = walk;
  const budget = query.budget ?? usualBudget;
  const met: Met = new Map();
  const rows: HistoryRow[] = [];
  let wanted = Math.max(wantedRecords.least, query.limit * recordsOfRow(query));
  let reached = stretch.to;
  for (let spent = 0; rows.length < query.limit && spent < budget; wanted *= 2) {
    const window = await windows.next(Math.min(wanted, wantedRecords.most));
    if (isLeft(window)) return window;
    reached = window.right?.from ?? stretch.from;
    if (window.right === undefined) break;
    const step = await rowsIn(walk, window.right, met, query.limit - rows.length);
    if (isLeft(step)) return step;
    rows.push(...step.right.rows);
    spent += step.right.cost;
  }
  return right(pageOf(walk, rows, reached));
};

const pageIn = async (walk: Walk): Promise<Either<Failure, HistoryPage>> => {
  const { log, query, stretch } = walk;
  const few = await byRequests(log, query, stretch);
  if (isLeft(few)) return few;
  if (few.right !== undefined) return right(pageOf(walk, few.right, stretch.from));
  const windows = await logWindows(log, filtersFor(query), stretch);
  return isLeft(windows) ? windows : walkBack(walk, windows.right);
};

/** The newest rows that match, newest first. */
export const history =
  (log: HistoryLog): HistoryReader =>
  (query) =>
  async () => {
    const stretch = await stretchOf(log, query);
    if (isLeft(stretch)) return stretch;
    const { to, end } = stretch.right;
    const behind = to > end ? undefined : answeredBehind(log, to, query.budget ?? 0);
    return pageIn({ log, query, stretch: stretch.right, behind });
  };
