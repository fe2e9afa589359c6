/**
 * What has to outlive the process, and a power loss. Writing is done at once, because it only reaches memory and takes
 * microseconds where a trip through the thread pool takes ten times that; only the disk is waited for.
 */
import { closeSync, constants, fdatasync, fsync, openSync, rmSync, writeSync } from "node:fs";
import { promisify } from "node:util";

const [dataSync, sync] = [promisify(fdatasync), promisify(fsync)];

export const writeAll = (fd: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
};

/** Makes a file for its owner's eyes, which outlives this process. Throws when there is one, or no room; then it leaves none. */
export const createFile = (file: string, text: string): void => {
  const fd = openSync(file, "wx", 0o600);
  try {
    writeAll(fd, text);
  } catch (error) {
    rmSync(file);
    throw error;
  } finally {
    closeSync(fd);
  }
};

const using = async (fd: number, use: (fd: number) => Promise<void>): Promise<void> => {
  try {
    await use(fd);
  } finally {
    closeSync(fd);
  }
};

/** Resolves when the disk has what the file holds. Also tells an earlier failure to write it there. */
export const syncFile = async (file: string): Promise<void> => using(openSync(file, constants.O_RDWR), dataSync);

/** Writes all of it, resolves when it is on the disk, and closes the file in every case. */
export const writeDurably = (fd: number, text: string): Promise<void> =>
  using(fd, async () => {
    writeAll(fd, text);
    await dataSync(fd);
  });

interface Syncing {
  readonly running: Promise<void>;
  /** Begins when `running` has ended: for everyone who came too late for that one. */
  next: Promise<void> | undefined;
}

const syncing = new Map<string, Syncing>();

const begin = (dir: string): Promise<void> => {
  const syncNow = async () => using(openSync(dir, constants.O_RDONLY), sync);
  const running = syncNow().finally(() => {
    if (syncing.get(dir)?.running === running) syncing.delete(dir);
  });
  syncing.set(dir, { running, next: undefined });
  return running;
};

/** A name in a directory survives a power loss only when the directory is synced too. Those who ask meanwhile share one. */
export const syncDirectory = (dir: string): Promise<void> => {
  const current = syncing.get(dir);
  if (current === undefined) return begin(dir);
  const again = () => begin(dir);
  current.next ??= current.running.then(again, again);
  return current.next;
};
