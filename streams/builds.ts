/**
 * The newest builds, newest first, as their endings tell them. Read back window by window, and of each window what was asked and
 * what ended in it: an ending stands behind its request, so it is met first. What hosts of a build said is not read.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { Repo, Requester } from "../lib/contract/names.ts";
import type { BuildStatus } from "../lib/contract/values.ts";
import type { LogIndex, LogReader, Stored } from "../lib/router/ports.ts";
import { isResponseTo } from "./build-progress.ts";
import { readAll } from "./history-window.ts";
import { logWindows, type Windows } from "./log-windows.ts";
import { type BuildRequestRecord, type BuildResponseRecord, readRecord } from "./records.ts";
import { seqAt } from "./seq-at.ts";

export type BuildsLog = LogReader & Pick<LogIndex, "count">;

/** `waiting`: nobody has taken it; `running`: somebody has. */
export type BuildRowStatus = Exclude<BuildStatus, "accepted" | "started"> | "waiting" | "running";

export interface BuildRow {
  readonly request: BuildRequestRecord;
  readonly status: BuildRowStatus;
  /** The ending, or that it was taken. */
  readonly last: BuildResponseRecord | undefined;
}

export interface BuildsQuery {
  readonly limit: number;
  readonly repo?: Repo | undefined;
  readonly requester?: Requester | undefined;
  readonly status?: BuildRowStatus | undefined;
  /** By when the log stored the request. */
  readonly sinceMs?: number | undefined;
}

/** That it was taken, and how it ended. */
const told = ["accepted", "completed", "failed", "rejected"].map((status) => `hd.res.build.*.${status}`);

const requestsFor = ({ repo, requester }: BuildsQuery): string => `hd.req.${requester ?? "*"}.build.${repo ?? "*"}.*`;

const statusOf = (last: BuildResponseRecord | undefined): BuildRowStatus => {
  if (last === undefined) return "waiting";
  return last.status === "accepted" || last.status === "started" ? "running" : last.status;
};

/** The newest that is told of each request, by its sequence. */
type Met = Map<number, BuildResponseRecord>;

/** Going back, what is met first of a request is its newest record. */
const rowIn = (met: Met, stored: Stored): BuildRow | undefined => {
  const record = readRecord(stored);
  if (record.kind === "build request") {
    const answer = met.get(record.seq);
    const last = answer !== undefined && isResponseTo(answer, record) ? answer : undefined;
    return { request: record, last, status: statusOf(last) };
  }
  const of = record.kind === "build response" ? record.event.request_seq : undefined;
  if (record.kind === "build response" && of !== undefined && !met.has(of)) met.set(of, record);
  return undefined;
};

const stretchOf = async (
  log: BuildsLog,
  { sinceMs }: BuildsQuery,
): Promise<Either<Failure, { readonly from: number; readonly to: number }>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  const from = sinceMs === undefined ? right(1) : await seqAt(log, sinceMs)();
  return isLeft(from) ? from : right({ from: from.right, to: end.right + 1 });
};

/** So many records are looked at, however few of them are wanted. */
const mostRecords = 20_000;

interface Walk {
  readonly log: BuildsLog;
  readonly filters: readonly string[];
  readonly windows: Windows;
  readonly met: Met;
}

interface Step {
  /** Newest first. */
  readonly rows: readonly BuildRow[];
  readonly read: number;
}

/** The next window back; `undefined`: there is none. */
const nextIn = async (
  { log, filters, windows, met }: Walk,
  wanted: number,
): Promise<Either<Failure, Step | undefined>> => {
  const window = await windows.next(wanted);
  if (isLeft(window)) return window;
  if (window.right === undefined) return right(undefined);
  const records = await readAll(log, filters, window.right);
  if (isLeft(records)) return records;
  const rows = records.right.toReversed().flatMap((stored) => rowIn(met, stored) ?? []);
  return right({ rows, read: Math.max(1, records.right.length) });
};

const walkBack = async (walk: Walk, query: BuildsQuery): Promise<Either<Failure, readonly BuildRow[]>> => {
  const rows: BuildRow[] = [];
  for (let read = 0; rows.length < query.limit && read < mostRecords; ) {
    const step = await nextIn(walk, Math.max(32, query.limit * 3));
    if (isLeft(step)) return step;
    if (step.right === undefined) break;
    read += step.right.read;
    rows.push(...step.right.rows.filter(({ status }) => query.status === undefined || status === query.status));
  }
  return right(rows.slice(0, query.limit));
};

export const builds =
  (log: BuildsLog, query: BuildsQuery): TaskEither<Failure, readonly BuildRow[]> =>
  async () => {
    const stretch = await stretchOf(log, query);
    if (isLeft(stretch)) return stretch;
    const filters = [requestsFor(query), ...told];
    const windows = await logWindows(log, filters, stretch.right);
    return isLeft(windows) ? windows : walkBack({ log, filters, windows: windows.right, met: new Map() }, query);
  };
