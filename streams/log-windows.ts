/**
 * The way back through those records of the log that match, in windows chosen by how dense they are: the server counts
 * without reading, so a window holds about as many as are wanted, however far apart they stand. Where it cannot count (before
 * 2.11), windows of fixed spans. Windows follow each other without gap or overlap.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogIndex, LogReader } from "../lib/router/ports.ts";
import type { Stretch } from "./log-cursor.ts";

export type WindowsLog = Pick<LogReader, "last"> & Pick<LogIndex, "count">;

export interface Window extends Stretch {
  /** How many records in it match, by filter; `undefined`: the server cannot count. */
  readonly matching: readonly number[] | undefined;
}

/** A place in the log, with how many records at or after it match, by filter. */
interface Mark {
  readonly seq: number;
  readonly counts: readonly number[] | undefined;
}

type Marked = Either<Failure, Mark>;

/** Where it cannot be counted, in sequences. */
const spans = { first: 256, last: 4096 };

/** A window holds between so many as are wanted and this many times as many. */
const slack = 4;

const markAt = async (log: WindowsLog, filters: readonly string[], seq: number): Promise<Marked> => {
  const counts: number[] = [];
  for (const count of await Promise.all(filters.map((filter) => log.count(seq, filter)()))) {
    if (isLeft(count)) return count;
    if (count.right !== undefined) counts.push(count.right);
  }
  return right({ seq, counts: counts.length === filters.length ? counts : undefined });
};

const windowOf = (from: Mark, to: Mark): Window => ({
  from: from.seq,
  to: to.seq,
  // The log may have grown between the two.
  matching: from.counts?.map((count, n) => Math.max(0, count - (to.counts?.[n] ?? 0))),
});

const sum = (counts: readonly number[] = []): number => counts.reduce((total, count) => total + count, 0);

const between = (from: Mark, to: Mark): number => sum(windowOf(from, to).matching);

/** Behind the newest record that matches, if that is before `to`; 0: none does. */
const topBelow = async (log: WindowsLog, filters: readonly string[], to: number): Promise<Either<Failure, number>> => {
  let top = 0;
  for (const last of await Promise.all(filters.map((filter) => log.last(filter)()))) {
    if (isLeft(last)) return last;
    if (last.right !== undefined) top = Math.max(top, last.right.seq + 1);
  }
  return right(Math.min(top, to));
};

interface Wanted {
  readonly first: Mark;
  readonly to: Mark;
  readonly wanted: number;
}

/** By a guess from the density, then by halving: where matches stand in bursts, nothing finer is of use. */
const halve = async (
  log: WindowsLog,
  filters: readonly string[],
  { first, to, wanted }: Wanted,
  guess: number,
): Promise<Marked> => {
  let [low, high, seq] = [first, to, guess];
  while (seq > low.seq && seq < high.seq) {
    const mark = await markAt(log, filters, seq);
    if (isLeft(mark)) return mark;
    const found = between(mark.right, to);
    if (found >= wanted && found <= slack * wanted) return mark;
    if (found < wanted) high = mark.right;
    else low = mark.right;
    seq = Math.floor((low.seq + high.seq) / 2);
  }
  return right(low);
};

/** Where a window before `to` begins. */
const beginning = (log: WindowsLog, filters: readonly string[], { first, to, wanted }: Wanted): Promise<Marked> => {
  const total = between(first, to);
  if (total <= slack * wanted) return Promise.resolve(right(first));
  const span = Math.max(wanted, Math.ceil(((to.seq - first.seq) * 1.5 * wanted) / total));
  return halve(log, filters, { first, to, wanted }, Math.max(first.seq + 1, to.seq - span));
};

export interface Windows {
  /** The next one back; `undefined`: nothing that matches stands before. */
  readonly next: (wanted: number) => Promise<Either<Failure, Window | undefined>>;
}

const noWindows: Windows = { next: async () => right(undefined) };

const countedWindows = (log: WindowsLog, filters: readonly string[], first: Mark, end: Mark): Windows => {
  let to = end;
  const next: Windows["next"] = async (wanted) => {
    if (between(first, to) === 0) return right(undefined);
    const from = await beginning(log, filters, { first, to, wanted });
    if (isLeft(from)) return from;
    const window = windowOf(from.right, to);
    to = from.right;
    return right(window);
  };
  return { next };
};

const doublingWindows = (first: number, end: number): Windows => {
  let [to, span] = [end, spans.first];
  const next: Windows["next"] = async () => {
    if (to <= first) return right(undefined);
    const window = { from: Math.max(first, to - span), to, matching: undefined };
    span = Math.min(span * 2, spans.last);
    to = window.from;
    return right(window);
  };
  return { next };
};

/** Those of a stretch, from its end to its beginning. */
export const logWindows = async (
  log: WindowsLog,
  filters: readonly string[],
  { from, to }: Stretch,
): Promise<Either<Failure, Windows>> => {
  const top = await topBelow(log, filters, to);
  if (isLeft(top)) return top;
  if (top.right <= from) return right(noWindows);
  const [first, end] = await Promise.all([from, top.right].map((seq) => markAt(log, filters, seq)));
  if (first === undefined || end === undefined) return right(noWindows);
  if (isLeft(first)) return first;
  if (isLeft(end)) return end;
  return right(
    first.right.counts === undefined
      ? doublingWindows(from, top.right)
      : countedWindows(log, filters, first.right, end.right),
  );
};
