/**
 * Waits for a file to grow. The kernel's notice makes it quick, the time limit makes it safe: a notice can be missed (a
 * network file system, a full queue), so nobody may wait for it alone.
 */
import { type FSWatcher, watch } from "node:fs";

export interface Changes {
  /** Resolves at the next change since the last call, or after `limitMs`, or when the signal aborts. */
  readonly next: (limitMs: number) => Promise<void>;
  readonly close: () => void;
}

/** A watch that breaks, or that the kernel has no room for, leaves the time limit. */
const watchIfPossible = (file: string, notice: () => void): FSWatcher | undefined => {
  try {
    const watcher = watch(file, notice);
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
};

export const changesOf = (file: string, signal: AbortSignal): Changes => {
  let changed = false;
  let wake = () => {};
  const notice = () => {
    changed = true;
    wake();
  };
  const watcher = watchIfPossible(file, notice);
  signal.addEventListener("abort", notice, { once: true });
  const next = (limitMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => wake(), limitMs);
      wake = () => {
        clearTimeout(timer);
        changed = false;
        wake = () => {};
        resolve();
      };
      if (changed || signal.aborted) wake();
    });
  return {
    next,
    close: () => {
      watcher?.close();
      signal.removeEventListener("abort", notice);
    },
  };
};
