/** A stretch of the log as rows, one for each deployment, request and unreadable record in it. */
import { type Either, map } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { type HistoryRow, rowOfRequest, rowOfResponse, rowOfUnreadable } from "./history-row.ts";
import { logCursor, readOn, type Stretch } from "./log-cursor.ts";
import { type LogRecord, readRecord } from "./records.ts";

export type Rows = ReadonlyMap<string, HistoryRow>;

/** Equal for all responses of one deployment. A response that names no request stands alone. */
const keyOf = (record: LogRecord): string =>
  record.kind === "response" && record.event.request_seq !== undefined
    ? `${record.event.request_seq} ${record.host}`
    : `${record.seq}`;

const rowOf = (record: LogRecord): HistoryRow => {
  switch (record.kind) {
    case "request":
      return rowOfRequest(record);
    case "response":
      return rowOfResponse(record);
    case "unreadable":
      return rowOfUnreadable(record);
  }
};

/** Each row is that of the newest record with its key. */
export const readRows = async (
  log: Pick<LogReader, "range">,
  filter: string,
  stretch: Stretch,
): Promise<Either<Failure, Rows>> => {
  const rows = new Map<string, HistoryRow>();
  const read = await readOn(logCursor(log, filter, stretch), (stored) => {
    const record = readRecord(stored);
    rows.set(keyOf(record), rowOf(record));
    return true;
  });
  return map(() => rows)(read);
};
