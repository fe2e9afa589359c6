/**
 * The moments of a deployment, as the changes that it makes to the files of its host: the journal, the claim, the output, how
 * far it was forwarded. Counted, they reach every step of listener and job alike, whatever the speed of the machine.
 */
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

export interface Moments {
  /** Resolves at the n-th change since it was made. */
  readonly reached: Promise<void>;
  readonly close: () => void;
}

/** `root`: the state folder of the host. */
export const moment = (root: string, n: number): Moments => {
  let left = n;
  let watcher: FSWatcher | undefined;
  const reached = new Promise<void>((resolve) => {
    watcher = watch(join(root, "journal"), () => {
      left -= 1;
      if (left <= 0) resolve();
    });
  });
  return { reached, close: () => watcher?.close() };
};
