/**
 * The next responses to one request: read forward, because a host takes what it was asked in order, so what it said of a
 * request stands near. Bounded: a host that said so much of others since will say no more of this one.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { type LogRecord, type ResponseRecord, readRecord } from "./records.ts";

/** A deployment has about as many records. */
const pages = { first: 8, later: 256 };

export interface Asking {
  readonly requestSeq: number;
  /** Whose responses. */
  readonly filter: string;
  /** Where to begin. */
  readonly from: number;
  /** How many records of the filter to look at. */
  readonly most: number;
  /** Enough has been found. */
  readonly isLast: (record: ResponseRecord) => boolean;
}

const isAnswer =
  (requestSeq: number) =>
  (record: LogRecord): record is ResponseRecord =>
    record.kind === "response" && record.event.request_seq === requestSeq;

/** In the order of the log, up to the last. */
export const answersFrom = async (
  log: Pick<LogReader, "range">,
  { requestSeq, filter, from, most, isLast }: Asking,
): Promise<Either<Failure, readonly ResponseRecord[]>> => {
  const found: ResponseRecord[] = [];
  for (let [next, read, size] = [from, 0, pages.first]; read < most; size = pages.later) {
    const page = await log.range(next, filter, size)();
    if (isLeft(page)) return page;
    const answers = page.right.map(readRecord).filter(isAnswer(requestSeq));
    const last = answers.findIndex(isLast);
    found.push(...(last < 0 ? answers : answers.slice(0, last + 1)));
    if (last >= 0 || page.right.length < size) break;
    read += page.right.length;
    next = (page.right.at(-1)?.seq ?? next) + 1;
  }
  return right(found);
};
