/**
 * The confirmation that a job waits for: a listener that runs has carried the journal, as it is now, to the log. That is at once
 * "a listener runs" and "this host can append to the log"; nothing of the machine's own could say both.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { RequestId } from "../contract/values.ts";
import { changesOf } from "./changes.ts";
import { readCursor } from "./cursor.ts";
import { lastNumber, readJournal } from "./journal.ts";

/** The kernel says at once that a cursor was written, but such a notice may be missed. */
const askAgainMs = 250;

/** Never resolves when the signal aborts, or the journal cannot be read. */
export const confirmed = async (dir: string, id: RequestId, signal: AbortSignal): Promise<void> => {
  const changes = changesOf(dir, signal);
  try {
    const journal = await readJournal(dir, id);
    const wanted = isLeft(journal) ? Number.POSITIVE_INFINITY : lastNumber(journal.right);
    while (!signal.aborted) {
      if ((await readCursor(dir, id)) >= wanted) return;
      await changes.next(askAgainMs);
    }
  } finally {
    changes.close();
  }
  return new Promise(() => {});
};
