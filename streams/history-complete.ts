/**
 * From candidates to rows: each gets what only its request tells, and is left out if it does not match then, or if its
 * deployment went on behind the end of the page, where the row is another page's.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import { isTerminal } from "../lib/contract/values.ts";
import type { LogReader } from "../lib/router/ports.ts";
import type { AnsweredBehind } from "./answered-behind.ts";
import { type HistoryQuery, isSaid, matches, mayMatch } from "./history-query.ts";
import { type HistoryRow, rowOfRequest, withRequest } from "./history-row.ts";
import type { Candidates } from "./history-window.ts";
import { withWord } from "./history-wishes.ts";
import { readRecord } from "./records.ts";

export interface Completing {
  readonly log: LogReader;
  readonly query: HistoryQuery;
  /** `undefined`: the page ends where the log does. */
  readonly behind: AnsweredBehind | undefined;
  readonly candidates: Candidates;
  /** How many rows are wanted. */
  readonly most: number;
}

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

/** Its newest record may not be its last. */
const isOpen = ({ status }: HistoryRow): boolean => !isSaid(status) || !isTerminal(status);

/** `undefined`: it is none that is wanted. */
const rowOf = async (
  completing: Completing,
  candidate: HistoryRow,
): Promise<Either<Failure, HistoryRow | undefined>> => {
  const row = await (candidate.wish === undefined
    ? withItsRequest(completing, candidate)
    : withWord(completing.log, candidate, candidate.wish));
  if (isLeft(row)) return row;
  if (row.right === undefined || !matches(completing.query, row.right)) return right(undefined);
  if (completing.behind === undefined || candidate.wish !== undefined || !isOpen(row.right)) return row;
  const further = await completing.behind(row.right);
  return map((goesOn: boolean) => (goesOn ? undefined : row.right))(further);
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
