/**
 * A window of the log as candidates for rows, one for each deployment, request and unreadable record in it that no newer
 * window has told. What is met first of a deployment, going back, is its newest record.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";
import { type HistoryRow, rowOfRequest, rowOfResponse, rowOfUnreadable, rowOfWish } from "./history-row.ts";
import { logCursor, readOn } from "./log-cursor.ts";
import type { Window } from "./log-windows.ts";
import { type AskRecord, type ResponseRecord, readRecord } from "./records.ts";
import { wishOf } from "./wishes.ts";

/** So many deployments under way at once are remembered; of more, the oldest may be told twice. */
const mostMet = 20_000;

/** Deployments that were met, by request and host, and requests that were answered; with the sequence of the request. */
export type Met = Map<string, number>;

export interface Candidates {
  /** Newest first. */
  readonly rows: readonly HistoryRow[];
  /** The requests in the window, answered or not. */
  readonly requests: ReadonlyMap<number, HistoryRow>;
  /** How many records were looked at. */
  readonly read: number;
}

const readFilter = async (
  log: Pick<LogReader, "range">,
  filter: string,
  { from, to }: Window,
  matching: number | undefined,
): Promise<Either<Failure, readonly Stored[]>> => {
  if (matching === 0) return right([]);
  if (matching !== undefined) return log.range(from, filter, matching)();
  const found: Stored[] = [];
  const read = await readOn(logCursor(log, filter, { from, to }), (stored) => found.push(stored) > 0);
  return isLeft(read) ? read : right(found);
};

/** In the order of the log. */
export const readAll = async (
  log: Pick<LogReader, "range">,
  filters: readonly string[],
  window: Window,
): Promise<Either<Failure, readonly Stored[]>> => {
  const all: Stored[] = [];
  const reads = filters.map((filter, n) => readFilter(log, filter, window, window.matching?.[n]));
  for (const one of await Promise.all(reads)) {
    if (isLeft(one)) return one;
    for (const stored of one.right) if (stored.seq < window.to) all.push(stored);
  }
  return right(filters.length === 1 ? all : all.sort((a, b) => a.seq - b.seq));
};

/** Nothing that stands before its own request can be met again. */
const forget = (met: Met, from: number): void => {
  for (const [key, requestSeq] of met) if (requestSeq >= from || met.size > mostMet) met.delete(key);
};

/** A word against a wish is told with the wish. */
const wished = (record: AskRecord): HistoryRow | undefined => {
  const wish = wishOf(record);
  return wish && rowOfWish(wish);
};

const answered = (met: Met, record: ResponseRecord): HistoryRow | undefined => {
  const { request_seq: requestSeq } = record.event;
  // A response that names no request stands alone.
  if (requestSeq === undefined) return rowOfResponse(record);
  const key = `${requestSeq} ${record.host}`;
  if (met.has(key)) return undefined;
  met.set(key, requestSeq).set(`${requestSeq}`, requestSeq);
  return rowOfResponse(record);
};

/** `undefined`: another record tells it. */
const unmet = (met: Met, requests: Map<number, HistoryRow>, stored: Stored): HistoryRow | undefined => {
  const record = readRecord(stored);
  switch (record.kind) {
    case "unreadable":
      return rowOfUnreadable(record);
    // No deployment.
    case "build request":
    case "build response":
      return undefined;
    case "ask":
      return wished(record);
    case "response":
      return answered(met, record);
    case "request": {
      const row = rowOfRequest(record);
      requests.set(record.seq, row);
      return met.has(`${record.seq}`) ? undefined : row;
    }
  }
};

/** What is met here is added to `met`, and what cannot be met again taken away. */
export const candidatesIn = async (
  log: Pick<LogReader, "range">,
  filters: readonly string[],
  window: Window,
  met: Met,
): Promise<Either<Failure, Candidates>> => {
  const read = await readAll(log, filters, window);
  if (isLeft(read)) return read;
  const requests = new Map<number, HistoryRow>();
  const rows = read.right.toReversed().flatMap((stored) => unmet(met, requests, stored) ?? []);
  forget(met, window.from);
  return right({ rows, requests, read: read.right.length });
};
