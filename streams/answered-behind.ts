/**
 * Whether a deployment went on behind the end of a page: then its row is a newer page's. What a host said next is looked
 * through for each deployment; what a whole tier said next is read once, and kept as the requests that were answered there.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import { responseFilter } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader, Stored } from "../lib/router/ports.ts";
import { answersFrom } from "./answers-from.ts";
import type { HistoryRow } from "./history-row.ts";
import { readRecord } from "./records.ts";

/** How many records are looked at, of a host and of a tier. */
const mostOf = { host: 256, tier: 4_096 };

export type AnsweredBehind = (row: HistoryRow) => Promise<Either<Failure, boolean>>;

type Seqs = Either<Failure, ReadonlySet<number>>;

const requestsIn = (page: readonly Stored[]): readonly number[] =>
  page.map(readRecord).flatMap((record) => (record.kind === "response" ? (record.event.request_seq ?? []) : []));

/** The requests before `from` that are answered from there on. */
const answeredFrom = async (log: LogReader, filter: string, from: number, most: number): Promise<Seqs> => {
  const found = new Set<number>();
  for (let [next, read] = [from, 0]; read < most; ) {
    const page = await log.range(next, filter, Math.min(1_024, most - read))();
    if (isLeft(page)) return page;
    for (const seq of requestsIn(page.right).filter((one) => one < from)) found.add(seq);
    const last = page.right.at(-1);
    if (last === undefined) break;
    next = last.seq + 1;
    read += page.right.length;
  }
  return right(found);
};

/** Of rows before `from`; at least `budget` records are looked at for each. */
export const answeredBehind = (log: LogReader, from: number, budget: number): AnsweredBehind => {
  const tiers = new Map<string, Promise<Seqs>>();
  const inTier = (filter: string): Promise<Seqs> => {
    const seqs = tiers.get(filter) ?? answeredFrom(log, filter, from, Math.max(mostOf.tier, budget));
    tiers.set(filter, seqs);
    return seqs;
  };
  return async ({ tier, host, address, requestSeq }) => {
    if (requestSeq === undefined || tier === undefined) return right(false);
    if (host === undefined) {
      const answered = address === undefined ? right(new Set<number>()) : await inTier(responseFilter(address));
      return map((seqs: ReadonlySet<number>) => seqs.has(requestSeq))(answered);
    }
    const [filter, most] = [`hd.res.${tier}.${host}.*`, Math.max(mostOf.host, budget)];
    const answers = await answersFrom(log, { requestSeq, filter, from, most, isLast: () => true });
    return map((all: readonly unknown[]) => all.length > 0)(answers);
  };
};
