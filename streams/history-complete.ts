/**
 * From candidates to rows: each gets what only its request tells, and is left out if it does not match then, or if its
 * deployment went on behind the end of the page, where the row is another page's.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import { responseFilter } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import { isTerminal } from "../lib/contract/values.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { answersFrom } from "./answers-from.ts";
import { type HistoryQuery, matches, mayMatch } from "./history-query.ts";
import { type HistoryRow, rowOfRequest, withRequest } from "./history-row.ts";
import type { HistoryStretch } from "./history-stretch.ts";
import type { Candidates } from "./history-window.ts";
import { readRecord } from "./records.ts";

export interface Completing {
  readonly log: LogReader;
  readonly query: HistoryQuery;
  readonly stretch: HistoryStretch;
  readonly candidates: Candidates;
  /** How many rows are wanted. */
  readonly most: number;
}

/** How many records of a host, or of a tier, are looked at for what became of a deployment behind the end of a page. */
const mostBehind = { host: 256, tier: 4_096 };

/** How many candidates are looked at together. */
const atOnce = { least: 16, most: 256 };

/** The request that stands there. */
const requestAt = async (log: LogReader, seq: number): Promise<Either<Failure, HistoryRow | undefined>> => {
  const found = await log.range(seq, "hd.req.>", 1)();
  if (isLeft(found)) return found;
  const [stored] = found.right;
  const record = stored?.seq === seq ? readRecord(stored) : undefined;
  return right(record?.kind === "request" ? rowOfRequest(record) : undefined);
};

const withItsRequest = async (
  { log, candidates }: Completing,
  row: HistoryRow,
): Promise<Either<Failure, HistoryRow>> => {
  if (row.requestSeq === undefined || row.address !== undefined) return right(row);
  const passed = candidates.requests.get(row.requestSeq);
  const request = passed === undefined ? await requestAt(log, row.requestSeq) : right(passed);
  if (isLeft(request)) return request;
  return right(request.right === undefined ? row : withRequest(row, request.right));
};

const isOpen = ({ status }: HistoryRow): boolean =>
  status === "waiting" || status === "unreadable" || !isTerminal(status);

/** Where responses of its deployment stand. */
const responsesOf = ({ tier, host, address }: HistoryRow): string | undefined => {
  if (tier !== undefined && host !== undefined) return `hd.res.${tier}.${host}.*`;
  return address && responseFilter(address);
};

/** Whether the newest record of the deployment stands behind the page. */
const goesOn = async ({ log, query, stretch }: Completing, row: HistoryRow): Promise<Either<Failure, boolean>> => {
  const [filter, { requestSeq }] = [responsesOf(row), row];
  if (stretch.to > stretch.end || filter === undefined || requestSeq === undefined || !isOpen(row)) return right(false);
  const bound = row.host === undefined ? mostBehind.tier : mostBehind.host;
  const most = query.scan === true ? Number.POSITIVE_INFINITY : bound;
  const behind = await answersFrom(log, { requestSeq, filter, from: stretch.to, most, isLast: () => true });
  return map((found: readonly unknown[]) => found.length > 0)(behind);
};

/** `undefined`: it is none that is wanted. */
const rowOf = async (
  completing: Completing,
  candidate: HistoryRow,
): Promise<Either<Failure, HistoryRow | undefined>> => {
  const row = await withItsRequest(completing, candidate);
  if (isLeft(row)) return row;
  if (!matches(completing.query, row.right)) return right(undefined);
  const further = await goesOn(completing, row.right);
  if (isLeft(further)) return further;
  return right(further.right ? undefined : row.right);
};

export interface Completed {
  readonly rows: readonly HistoryRow[];
  /** How many candidates were looked at. */
  readonly looked: number;
}

/** The wanted ones among the candidates, several at a time, as far as they are wanted. */
export const completed = async (completing: Completing): Promise<Either<Failure, Completed>> => {
  const { query, candidates, most } = completing;
  const possible = candidates.rows.filter((row) => mayMatch(query, row));
  const rows: HistoryRow[] = [];
  let looked = 0;
  while (rows.length < most && looked < possible.length) {
    const size = Math.min(atOnce.most, Math.max(atOnce.least, most - rows.length));
    const some = possible.slice(looked, looked + size);
    looked += some.length;
    for (const row of await Promise.all(some.map((one) => rowOf(completing, one)))) {
      if (isLeft(row)) return row;
      if (row.right !== undefined) rows.push(row.right);
    }
  }
  return right({ rows: rows.slice(0, most), looked });
};
