/**
 * The newest record as of a sequence, from a server that can only give the first at or after one (before 2.11): by halving, in
 * as many requests as the log's size has binary digits, wherever the record is.
 */
import type { Stored } from "../router/ports.ts";

/** `first`: the first record at or after a sequence. */
export const newestByHalving = async (
  first: (seq: number) => Promise<Stored | undefined>,
  upTo: number,
): Promise<Stored | undefined> => {
  let found: Stored | undefined;
  for (let [low, high] = [1, upTo]; low <= high; ) {
    const middle = Math.ceil((low + high) / 2);
    const next = await first(middle);
    if (next !== undefined && next.seq <= upTo) {
      found = next;
      low = next.seq + 1;
    } else high = middle - 1;
  }
  return found;
};
