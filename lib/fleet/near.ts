/** A mistyped word, and what may have been meant. */
import { distance } from "../contract/distance.ts";

/** How far off a word may be that is offered: two letters, or a quarter of a long one. */
const mostOff = (word: string): number => Math.max(2, Math.floor(word.length / 4));

/** What was meant by a word that is none of those known; `undefined`: nothing is near. */
export const nearestOf = (word: string, known: readonly string[]): string | undefined =>
  known
    .map((candidate) => ({ candidate, off: distance(word.toLowerCase().slice(0, 100), candidate.toLowerCase()) }))
    .filter(({ candidate, off }) => off <= mostOff(word) && off < candidate.length)
    .toSorted((a, b) => a.off - b.off)[0]?.candidate;

/** A clause that goes after a sentence; empty when nothing is near. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const nearest = nearestOf(word, known);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
};
