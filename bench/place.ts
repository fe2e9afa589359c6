/** What a measurement may litter: a temporary folder, and whatever has to be undone at its end, the newest first. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Place {
  readonly dir: string;
  readonly undo: (task: () => Promise<unknown>) => void;
}

/** Undoes everything, whatever happens. */
export const withPlace = async <A>(use: (place: Place) => Promise<A>): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), "hd-bench-"));
  const tasks: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    return await use({ dir, undo: (task) => void tasks.unshift(task) });
  } finally {
    for (const task of tasks) await task();
  }
};
