/**
 * The newest request that this host took, as its journals tell: a listener that was killed must know it, or a request that is
 * handed over again would run after a newer one.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { RequestId } from "../contract/values.ts";
import type { Newest } from "../router/backlog.ts";
import { readJournal } from "./journal.ts";
import { journalIds, type StateDir } from "./state-dir.ts";

const takenIn = async (dir: string, id: RequestId): Promise<readonly Newest[]> => {
  const journal = await readJournal(dir, id);
  if (isLeft(journal)) return [];
  const { request_seq: seq, stored_at: storedAt } = journal.right.order;
  // An older listener did not keep when the log stored it.
  return storedAt === undefined ? [] : [{ id, seq, atMs: Date.parse(storedAt) }];
};

/** Rejects when the folders cannot be read. */
export const newestTaken = async ({ open, done }: StateDir): Promise<Newest | undefined> => {
  const taken: Newest[] = [];
  // All of them: their files tell the time of a clock that may have been set since.
  for (const dir of [open, done]) for (const id of await journalIds(dir)) taken.push(...(await takenIn(dir, id)));
  return taken.toSorted((a, b) => b.atMs - a.atMs || b.seq - a.seq)[0];
};
