/** Sequences, gathered in ascending order as ranges. Only the first ranges are kept, so that a log full of holes fits. */

export type Range = readonly [from: number, to: number];

export interface SequenceRanges {
  readonly count: number;
  readonly ranges: readonly Range[];
  /** Of the sequences, those that are in no range here. */
  readonly uncounted: number;
}

const mostRanges = 20;

export const sequenceRanges = () => {
  const ranges: [number, number][] = [];
  let [count, uncounted] = [0, 0];
  return {
    add: (from: number, to: number = from): void => {
      if (to < from) return;
      const last = ranges.at(-1);
      count += to - from + 1;
      if (last !== undefined && uncounted === 0 && last[1] + 1 === from) last[1] = to;
      else if (ranges.length < mostRanges) ranges.push([from, to]);
      else uncounted += to - from + 1;
    },
    found: (): SequenceRanges => ({ count, ranges, uncounted }),
  };
};

/** For people: `3, 5-9, and 20 more`. */
export const shownRanges = ({ ranges, uncounted }: SequenceRanges): string =>
  [
    ...ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)),
    ...(uncounted === 0 ? [] : [`and ${uncounted} more`]),
  ].join(", ");
