/**
 * The next responses to one request: read forward, because a host takes what it was asked in order, so what it said of a
 * request stands near. Bounded: a host that said so much of others since will say no more of this one.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { type ResponseRecord, readRecord } from "./records.ts";

/** A deployment has about as many records; then, what a page holds. */
const pages = { first: 8, then: 256 };

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

/** In the order of the log, up to the last. */
export const answersFrom = async (
  log: Pick<LogReader, "range">,
  { requestSeq, filter, from, most, isLast }: Asking,
): Promise<Either<Failure, readonly ResponseRecord[]>> => {
  const found: ResponseRecord[] = [];
  for (let [next, read, size] = [from, 0, pages.first]; read < most; size = pages.then) {
    const page = await log.range(next, filter, size)();
    if (isLeft(page)) return page;
    for (const stored of page.right) {
      const record = readRecord(stored);
      if (record.kind !== "response" || record.event.request_seq !== requestSeq) continue;
      found.push(record);
      if (isLast(record)) return right(found);
    }
    if (page.right.length < size) break;
    read += page.right.length;
    next = (page.right.at(-1)?.seq ?? next) + 1;
  }
  return right(found);
};
