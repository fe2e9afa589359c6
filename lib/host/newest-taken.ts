/**
 * The newest request that this host took, as its journals tell: a listener that was killed must know it, or a request that is
 * handed over again would run after a newer one.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
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

/** One runs at a time, so the one that was written to last was taken last. */
const lastDone = async (done: string): Promise<readonly RequestId[]> => {
  let last: { readonly id: RequestId; readonly atMs: number } | undefined;
  for (const id of await journalIds(done)) {
    const { mtimeMs } = await stat(join(done, `${id}.ndjson`));
    if (last === undefined || mtimeMs > last.atMs) last = { id, atMs: mtimeMs };
  }
  return last === undefined ? [] : [last.id];
};

/** Rejects when the folders cannot be read. */
export const newestTaken = async ({ open, done }: StateDir): Promise<Newest | undefined> => {
  const ofOpen = (await journalIds(open)).map((id) => takenIn(open, id));
  const ofDone = (await lastDone(done)).map((id) => takenIn(done, id));
  const taken = (await Promise.all([...ofOpen, ...ofDone])).flat();
  return taken.toSorted((a, b) => b.atMs - a.atMs)[0];
};
