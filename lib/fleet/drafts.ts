/**
 * Files that are written beside their place before they are moved in. Each is named after its process, so that what a killed
 * one left behind, maybe a seed, is known for what it is and removed by the next.
 */
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "./errno.ts";

export const draftOf = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.new`);

/** What was in the place before. */
export const formerOf = (path: string): string => `${draftOf(path)}.old`;

/** What cannot be there is not there either. */
export const removeIfThere = async (path: string): Promise<void> => {
  try {
    await rm(path, { force: true });
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOTDIR") throw thrown;
  }
};

/** A process of somebody else is one too. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return codeOf(thrown) === "EPERM";
  }
};

const isLeftover = (name: string): boolean => {
  const pid = /^\..+\.([1-9]\d{0,8})\.new(?:\.old)?$/.exec(name)?.[1];
  return pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)));
};

/** Those of processes that are no more; in a folder that cannot be read nothing can be done. */
export const removeLeftovers = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isLeftover)) await removeIfThere(join(folder, name));
};
