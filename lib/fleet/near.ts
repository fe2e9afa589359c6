/** A mistyped word, and what may have been meant. */
import { distance } from "../contract/distance.ts";

/** How far off a word may be that is offered: two letters, or a quarter of a long one. */
const mostOff = (word: string): number => Math.max(2, Math.floor(word.length / 4));

/** A clause that goes after a sentence; empty when nothing is near. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const [first] = known
    .map((candidate) => ({ candidate, off: distance(word.toLowerCase().slice(0, 100), candidate.toLowerCase()) }))
    .filter(({ candidate, off }) => off <= mostOff(word) && off < candidate.length)
    .toSorted((a, b) => a.off - b.off);
  return first === undefined ? "" : `; did you mean ${first.candidate}?`;
};
