/**
 * The newest rows of the history, read backwards in windows that double. What is met first of a deployment is its newest
 * record, so memory holds one window, the wanted rows, and the deployments that began before the window.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { type HistoryQuery, matches, mayMatch, requestsFor, responsesFor } from "./history-query.ts";
import { type HistoryRow, rowOfRequest, withRequest } from "./history-row.ts";
import { type Rows, readRows } from "./history-window.ts";
import type { Stretch } from "./log-cursor.ts";
import { readRecord } from "./records.ts";
import { stretches } from "./stretches.ts";

export type HistoryReader = (query: HistoryQuery) => TaskEither<Failure, readonly HistoryRow[]>;

/** What was met so far; both shrink as the walk passes the beginning of a deployment. */
interface Walk {
  readonly rows: HistoryRow[];
  /** Deployments, by their key, with the sequence of their request. */
  readonly met: Map<string, number>;
  readonly answered: Set<number>;
}

/** The rows of a window that no newer window has told, newest first. */
const unmet = ({ met, answered }: Walk, responses: Rows, requests: Rows): readonly HistoryRow[] => {
  const told = [...responses].filter(([key]) => !met.has(key));
  for (const [key, { requestSeq, seq }] of told) {
    met.set(key, requestSeq ?? seq);
    if (requestSeq !== undefined) answered.add(requestSeq);
  }
  const unanswered = [...requests.values()].filter(({ seq }) => !answered.has(seq));
  return [...told.map(([, row]) => row), ...unanswered].sort((a, b) => b.seq - a.seq);
};

/** Nothing that stands before its own request can be met again. */
const forget = ({ met, answered }: Walk, from: number): void => {
  for (const [key, requestSeq] of met) if (requestSeq >= from) met.delete(key);
  for (const requestSeq of answered) if (requestSeq >= from) answered.delete(requestSeq);
};

/** A window of the log, with the requests in it that may belong to wanted rows. */
interface Passing extends Stretch {
  readonly requests: Rows;
}

/** The request of a row; `undefined`: it is not there, or of no interest to the query. */
const requestOf = async (
  log: LogReader,
  { role }: HistoryQuery,
  seq: number,
  { requests, from }: Passing,
): Promise<Either<Failure, HistoryRow | undefined>> => {
  const passed = requests.get(`${seq}`);
  // Of the requests in a window, a query for a role has seen all that it wants.
  if (passed !== undefined || (role !== undefined && seq >= from)) return right(passed);
  const found = await log.range(seq, "hd.req.>", 1)();
  if (isLeft(found)) return found;
  const [stored] = found.right;
  const record = stored?.seq === seq ? readRecord(stored) : undefined;
  return right(record?.kind === "request" ? rowOfRequest(record) : undefined);
};

const complete = async (
  log: LogReader,
  query: HistoryQuery,
  row: HistoryRow,
  passing: Passing,
): Promise<Either<Failure, HistoryRow>> => {
  if (row.requestSeq === undefined || row.address !== undefined) return right(row);
  const request = await requestOf(log, query, row.requestSeq, passing);
  if (isLeft(request)) return request;
  return right(request.right === undefined ? row : withRequest(row, request.right));
};

/** Adds the wanted ones, as far as the limit allows. */
const keep = async (
  log: LogReader,
  query: HistoryQuery,
  { rows }: Walk,
  candidates: readonly HistoryRow[],
  passing: Passing,
): Promise<Either<Failure, void>> => {
  for (const candidate of candidates.filter((row) => mayMatch(query, row))) {
    if (rows.length >= query.limit) break;
    const row = await complete(log, query, candidate, passing);
    if (isLeft(row)) return row;
    if (matches(query, row.right)) rows.push(row.right);
  }
  return right(undefined);
};

const noRows: Either<Failure, Rows> = right(new Map());

/** Right: whether older windows can hold wanted rows. */
const step = async (
  log: LogReader,
  query: HistoryQuery,
  walk: Walk,
  stretch: Stretch,
): Promise<Either<Failure, boolean>> => {
  const filter = requestsFor(query);
  const responses = await readRows(log, responsesFor(query), stretch);
  if (isLeft(responses)) return responses;
  const requests = filter === undefined ? noRows : await readRows(log, filter, stretch);
  if (isLeft(requests)) return requests;
  const candidates = unmet(walk, responses.right, requests.right);
  const kept = await keep(log, query, walk, candidates, { ...stretch, requests: requests.right });
  if (isLeft(kept)) return kept;
  forget(walk, stretch.from);
  const all = [...responses.right.values(), ...requests.right.values()];
  const reached = all.some(({ atMs }) => atMs < (query.sinceMs ?? 0));
  const found = query.id !== undefined && [...requests.right.values()].some(({ id }) => id === query.id);
  return right(walk.rows.length < query.limit && !reached && !found);
};

const walkBack = async (log: LogReader, query: HistoryQuery): Promise<Either<Failure, readonly HistoryRow[]>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  const walk: Walk = { rows: [], met: new Map(), answered: new Set() };
  for (const stretch of stretches(end.right)) {
    const more = await step(log, query, walk, stretch);
    if (isLeft(more)) return more;
    if (!more.right) break;
  }
  return right(walk.rows);
};

/** The newest rows that match, newest first; reads back only as far as it has to. */
export const history =
  (log: LogReader): HistoryReader =>
  (query) =>
  () =>
    walkBack(log, query);
