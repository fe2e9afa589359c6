/**
 * Room that is kept for the truth: a small file in the state folder that is given up when an event cannot be written because
 * the disk is full, as a build can make it. The listener makes it when it starts and after each deployment.
 */
import { randomBytes } from "node:crypto";
import { existsSync, openSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory, writeDurably } from "./durable.ts";

/** More than the events of a job, its decision and its claim need together. */
const ballastBytes = 256 * 1024;

const ballastFile = (root: string): string => join(root, "ballast");

/** Makes it if it is not there. Rejects when there is no room, and then leaves none that would only look like it. */
export const layBallast = async (root: string): Promise<void> => {
  const file = ballastFile(root);
  if (existsSync(file)) return;
  try {
    // Nothing that a file system could compress, or leave out. Text, because that is what is written durably here.
    await writeDurably(openSync(file, "wx", 0o600), randomBytes(ballastBytes / 2).toString("hex"));
    await syncDirectory(root);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
};

const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

/** What is written, once more without the ballast if the disk is full. */
export const withRoom = async <A>(root: string, write: () => Promise<A>): Promise<A> => {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error)) throw error;
    rmSync(ballastFile(root), { force: true });
    return write();
  }
};
