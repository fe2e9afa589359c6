/** Sequences in ascending order, eight bytes each. They mostly come in that order; one that comes late is put into its place. */

export interface Ascending {
  readonly has: (seq: number) => boolean;
  /** One that is there already is kept once. */
  readonly add: (seq: number) => void;
  /** The place of a sequence, from 0 on; below 0: it is not there. */
  readonly placeOf: (seq: number) => number;
  readonly at: (place: number) => number | undefined;
}

export const ascending = (): Ascending => {
  const all: number[] = [];
  /** How many are smaller. */
  const below = (seq: number): number => {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((all[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const placeOf = (seq: number): number => {
    const place = below(seq);
    return all[place] === seq ? place : -1;
  };
  return {
    placeOf,
    at: (place) => all[place],
    has: (seq) => placeOf(seq) >= 0,
    add: (seq) => {
      const last = all.at(-1);
      if (last === undefined || last < seq) all.push(seq);
      else if (placeOf(seq) < 0) all.splice(below(seq), 0, seq);
    },
  };
};
