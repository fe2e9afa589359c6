/** What a measurement may litter: a temporary folder, and whatever has to be undone at its end, the newest first. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface OwnPlace {
  readonly dir: string;
  readonly undo: (task: () => Promise<unknown>) => void;
}

export interface Place extends OwnPlace {
  /** That of the whole run, for what several rows share. */
  readonly run: OwnPlace;
}

/** Undoes everything, whatever happens, and removes the folder. */
export const withPlace = async <A>(use: (place: Place) => Promise<A>): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), "hd-bench-"));
  // What was started ends with this process.
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    process.once(signal, () => process.exit(code));
  try {
    return await inPlace({ dir }, use);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/**
 * A place in a folder of another, which is removed with that one: thousands of files that were just deleted make new ones
 * slow on some file systems, and the next measurement would pay for it.
 */
export const inPlace = async <A>(
  { dir: parent, run }: Pick<Place, "dir"> & Partial<Pick<Place, "run">>,
  use: (place: Place) => Promise<A>,
): Promise<A> => {
  const tasks: (() => Promise<unknown>)[] = [];
  try {
    const own = {
      dir: await mkdtemp(join(parent, "place-")),
      undo: (task: () => Promise<unknown>) => void tasks.unshift(task),
    };
    return await use({ ...own, run: run ?? own });
  } finally {
    for (const task of tasks) await task();
  }
};
