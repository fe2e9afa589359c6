/**
 * The log and the vault's copy of it, side by side, one record after the other. A log that was created anew begins again at
 * 1 in the vault as well: what was compared up to there belonged to a log that is gone, so it is kept apart, and the
 * comparison begins again.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import { storedAtHeader } from "../lib/contract/log-names.ts";
import type { Extent, RawRecord, RecordReader, SentHeaders } from "../lib/router/records.ts";
import { type RawCursor, rawCursor } from "./raw-cursor.ts";
import { type SequenceRanges, sequenceRanges } from "./sequence-ranges.ts";

export interface Comparison {
  /** Records of logs that were there before this one. */
  readonly earlier: number;
  /** Of the log as it is now, by its sequences. */
  readonly same: number;
  readonly differs: SequenceRanges;
  readonly onlyVault: SequenceRanges;
  readonly onlyLog: SequenceRanges;
  readonly neither: SequenceRanges;
  /** What the log has after the last that the vault has. */
  readonly behind: SequenceRanges;
}

const areSame = (a: readonly string[], b: readonly string[] | undefined): boolean =>
  a.length === b?.length && a.every((value, n) => value === b[n]);

/** Of a log that was imported the vault has the times as headers, and the log's reader has them as times. */
const compared = (headers: SentHeaders) => [...headers].filter(([name]) => name !== storedAtHeader);

const haveSameHeaders = (a: SentHeaders, b: SentHeaders): boolean =>
  compared(a).length === compared(b).length && compared(a).every(([name, values]) => areSame(values, b.get(name)));

const isSame = (a: RawRecord, b: RawRecord): boolean =>
  a.subject === b.subject && haveSameHeaders(a.headers, b.headers) && a.body === b.body;

type Step = Promise<Either<Failure, undefined>>;

const step = right(undefined);

/** How far the comparison with one log is. */
const begun = () => ({
  differs: sequenceRanges(),
  onlyVault: sequenceRanges(),
  onlyLog: sequenceRanges(),
  neither: sequenceRanges(),
  behind: sequenceRanges(),
  same: 0,
  copied: 0,
  /** Everything below was compared. */
  next: 1,
});

type Progress = ReturnType<typeof begun>;

/** What the log has below `seq` the vault should have, too; it is gathered in `lacking`. */
const passBy = async (log: RawCursor, at: Progress, seq: number, lacking = at.onlyLog): Step => {
  while (at.next < seq) {
    const record = await log.peek();
    if (isLeft(record)) return record;
    const there = Math.min(record.right?.seq ?? seq, seq);
    at.neither.add(at.next, there - 1);
    if (there < seq) {
      lacking.add(there);
      log.advance();
    }
    at.next = there + 1;
  }
  return step;
};

const meet = async (log: RawCursor, at: Progress, copy: RawRecord): Step => {
  const passed = await passBy(log, at, copy.originSeq);
  if (isLeft(passed)) return passed;
  const record = await log.peek();
  if (isLeft(record)) return record;
  if (record.right?.seq !== copy.originSeq) at.onlyVault.add(copy.originSeq);
  else {
    if (isSame(record.right, copy)) at.same += 1;
    else at.differs.add(copy.originSeq);
    log.advance();
  }
  at.next = copy.originSeq + 1;
  at.copied += 1;
  return step;
};

const comparisonOf = (at: Progress, earlier: number): Comparison => ({
  ...{ earlier, same: at.same, behind: at.behind.found() },
  ...{ differs: at.differs.found(), onlyVault: at.onlyVault.found() },
  ...{ onlyLog: at.onlyLog.found(), neither: at.neither.found() },
});

/** Whether the copy is of another log than the one before it. */
const beginsAnew = (copy: RawRecord, before: RawRecord | undefined, { next }: Progress): boolean =>
  before !== undefined && (copy.origin !== before.origin || copy.originSeq < next);

export interface Sides {
  readonly log: RecordReader;
  readonly vault: RecordReader;
  /** How far each is looked at. */
  readonly logExtent: Extent;
  readonly vaultExtent: Extent;
  /** Up to here the vault has to be; what came later may be on its way. */
  readonly dueLast: number;
}

/** Reads both once, at the same time; needs memory for a few pages. */
export const compareWithVault = async (sides: Sides): Promise<Either<Failure, Comparison>> => {
  const { log, vault, logExtent, vaultExtent, dueLast } = sides;
  const copies = rawCursor(vault, vaultExtent.first, vaultExtent.last);
  const fromTheStart = () => rawCursor(log, 1, logExtent.last);
  let [cursor, at, earlier, before] = [fromTheStart(), begun(), 0, undefined as RawRecord | undefined];
  for (;;) {
    const copy = await copies.peek();
    if (isLeft(copy)) return copy;
    if (copy.right === undefined) break;
    if (beginsAnew(copy.right, before, at)) {
      earlier += at.copied;
      [cursor, at] = [fromTheStart(), begun()];
    }
    const met = await meet(cursor, at, copy.right);
    if (isLeft(met)) return met;
    before = copy.right;
    copies.advance();
  }
  const rest = await passBy(cursor, at, dueLast + 1, at.behind);
  return isLeft(rest) ? rest : right(comparisonOf(at, earlier));
};
