/**
 * Reads many records by many single requests at once, for servers that cannot answer one request with many records. It
 * asks "the first record from here on" for a window of consecutive places: dense records fill it and make it grow, rare
 * ones shrink it. An answer proves that nothing lies between its place and its record, so no record is passed over.
 */
import type { Page } from "./direct-get.ts";

const widest = 64;

interface Placed {
  readonly seq: number;
}

type First<A> = (seq: number) => Promise<A | undefined>;

/** Each record once, up to the first place that has none: a replica that lags behind may not have it yet. */
const known = <A extends Placed>(answers: readonly (A | undefined)[]): readonly A[] => {
  const end = answers.indexOf(undefined);
  const upToEnd = answers.slice(0, end < 0 ? answers.length : end).filter((one) => one !== undefined);
  return upToEnd.filter(({ seq }, i) => seq !== upToEnd[i - 1]?.seq);
};

/** Gives pages one after the other; the window is carried from one to the next. */
export const windowedGet = <A extends Placed>(first: First<A>): ((seq: number, limit: number) => Promise<Page<A>>) => {
  let width = 1;
  return async (seq, limit) => {
    const places = Array.from({ length: Math.min(width, limit) }, (_, i) => seq + i);
    const answers = await Promise.all(places.map(first));
    const records = known(answers);
    width = Math.min(widest, Math.max(1, records.length * 2));
    return { records: records.slice(0, limit), cut: !answers.includes(undefined) };
  };
};
