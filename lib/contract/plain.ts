/**
 * Text of others (a program's output, a thrown value, a key that somebody sent) made fit for prose. Whatever such text holds,
 * it may go into a record or a refusal only through here: one that its own codec refuses is not read back, hence lost.
 */
import { withoutSeeds } from "./scrub.ts";

/** At most `maxLength` characters; what prose refuses is replaced, a seed is hidden, what is too long is cut. */
export const plain = (text: string, maxLength: number): string => {
  // The whole first: of a seed that is cut, what is left would not be known for one.
  const head = withoutSeeds(text)
    // No character takes more than two units, so the rest is cut in any case.
    .slice(0, 2 * maxLength + 2)
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, "\ufffd");
  const characters = [...head];
  return characters.length <= maxLength ? head : `${characters.slice(0, maxLength - 1).join("")}…`;
};
