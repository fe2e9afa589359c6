/**
 * The log and the vault's copy of it, side by side, one record after the other. A log that was created anew begins again at
 * 1 in the vault as well: what was compared up to there belonged to a log that is gone, so it is kept apart, and the
 * comparison begins again.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { Extent, RawRecord, RecordReader } from "../lib/router/records.ts";
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
  /** The last sequence of the log that the vault has. */
  readonly vaultLast: number;
}

const isSame = (a: RawRecord, b: RawRecord): boolean =>
  a.subject === b.subject && a.headers === b.headers && a.body === b.body;

/** The comparison with one log, from its beginning. */
const comparing = (log: RawCursor) => {
  const [differs, onlyVault, onlyLog, neither] = [
    sequenceRanges(),
    sequenceRanges(),
    sequenceRanges(),
    sequenceRanges(),
  ];
  let [same, next, copied] = [0, 1, 0];

  /** What the log has below `seq` the vault should have, too. */
  const passBy = async (seq: number): Promise<Either<Failure, undefined>> => {
    for (; next < seq; next++) {
      const record = await log.peek();
      if (isLeft(record)) return record;
      if (record.right === undefined || record.right.seq >= seq) {
        neither.add(next, seq - 1);
        next = seq;
        return right(undefined);
      }
      neither.add(next, record.right.seq - 1);
      next = record.right.seq;
      onlyLog.add(next);
      log.advance();
    }
    return right(undefined);
  };

  const meet = async (copy: RawRecord): Promise<Either<Failure, undefined>> => {
    const passed = await passBy(copy.originSeq);
    if (isLeft(passed)) return passed;
    const record = await log.peek();
    if (isLeft(record)) return record;
    if (record.right?.seq !== copy.originSeq) onlyVault.add(copy.originSeq);
    else if (isSame(record.right, copy)) same += 1;
    else differs.add(copy.originSeq);
    if (record.right?.seq === copy.originSeq) log.advance();
    next = copy.originSeq + 1;
    copied += 1;
    return right(undefined);
  };

  const found = (earlier: number): Comparison => ({
    ...{ earlier, same, vaultLast: next - 1 },
    ...{ differs: differs.found(), onlyVault: onlyVault.found() },
    ...{ onlyLog: onlyLog.found(), neither: neither.found() },
  });

  return { meet, found, isNext: ({ originSeq }: RawRecord) => originSeq >= next, copied: () => copied };
};

/** The sequence in the log can only be followed within one log. */
const isOther = (copy: RawRecord, before: RawRecord | undefined): boolean =>
  before !== undefined && copy.origin !== before.origin;

export interface Sides {
  readonly log: RecordReader;
  readonly vault: RecordReader;
  /** How far each is looked at. */
  readonly logExtent: Extent;
  readonly vaultExtent: Extent;
}

/** Reads both once, at the same time; needs memory for a few pages. */
export const compareWithVault = async (sides: Sides): Promise<Either<Failure, Comparison>> => {
  const { log, vault, logExtent, vaultExtent } = sides;
  const begin = () => comparing(rawCursor(log, 1, logExtent.last));
  const copies = rawCursor(vault, vaultExtent.first, vaultExtent.last);
  let [side, earlier, before]: [ReturnType<typeof comparing>, number, RawRecord | undefined] = [begin(), 0, undefined];
  for (;;) {
    const copy = await copies.peek();
    if (isLeft(copy)) return copy;
    if (copy.right === undefined) return right(side.found(earlier));
    if (isOther(copy.right, before) || !side.isNext(copy.right)) {
      earlier += side.copied();
      side = begin();
    }
    const met = await side.meet(copy.right);
    if (isLeft(met)) return met;
    before = copy.right;
    copies.advance();
  }
};
