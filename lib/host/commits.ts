/**
 * Of which commit a system is, as far as this host knows: by the newest deployment in its folders that built that very
 * system. All journals are read only when another system runs, or another deployment was closed.
 */
import { stat } from "node:fs/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Commit, RequestId, StorePath } from "../contract/values.ts";
import { journalFile, readJournal } from "./journal.ts";
import { journalIds, type StateDir } from "./state-dir.ts";

const builtFrom = async (dir: string, id: RequestId, closure: StorePath): Promise<Commit | undefined> => {
  const journal = await readJournal(dir, id);
  const end = isLeft(journal) ? undefined : journal.right.events.at(-1);
  return end?.status === "completed" && end.closure === closure ? end.commit : undefined;
};

/** The newest first. */
const closed = async ({ done }: StateDir): Promise<readonly RequestId[]> => {
  const ids = await journalIds(done);
  const aged = await Promise.all(
    ids.map(async (id) => ({ id, atMs: (await stat(journalFile(done, id)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return aged.sort((a, b) => b.atMs - a.atMs).map(({ id }) => id);
};

const search = async (dir: string, ids: readonly RequestId[], closure: StorePath): Promise<Commit | undefined> => {
  for (const id of ids) {
    const found = await builtFrom(dir, id, closure);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Never rejects: a folder that cannot be read tells of no commit. */
export const commitsIn = (dir: StateDir): ((closure: StorePath) => Promise<Commit | undefined>) => {
  let [known, commit]: [string, Commit | undefined] = ["", undefined];
  return async (closure) => {
    try {
      // A deployment that has just ended is not closed yet.
      const open = await search(dir.open, await journalIds(dir.open), closure);
      if (open !== undefined) return open;
      const key = `${closure} ${(await stat(dir.done)).mtimeMs}`;
      if (key !== known) [commit, known] = [await search(dir.done, await closed(dir), closure), key];
      return commit;
    } catch {
      return undefined;
    }
  };
};
