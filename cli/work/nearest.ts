/** Known words that a mistyped one may have meant. */
import { distance } from "../../lib/contract/distance.ts";

/** The nearest first, at most `most`; none that shares nothing with the word. */
export const nearest = (word: string, known: readonly string[], most = 3): readonly string[] =>
  known
    .map((candidate) => ({ candidate, off: distance(word, candidate) }))
    .filter(({ off }) => off <= Math.max(2, word.length / 4))
    .sort((a, b) => a.off - b.off)
    .slice(0, most)
    .map(({ candidate }) => candidate);
