/** The part of a job's output that one command wrote: where it begins is measured before, what it says is read after. */
import { appendFile, stat } from "node:fs/promises";
import { readEnd } from "../host/read-end.ts";

/** Enough for any error and its trace; a log that is larger holds its error near the end. */
const readBytes = 1024 * 1024;

/** 0 when there is no such file yet. */
export const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;

export const writtenSince = async (path: string, from: number): Promise<string> =>
  (await readEnd(path, readBytes, from)).text;

export const say = (path: string, line: string): Promise<void> => appendFile(path, `${line}\n`, { mode: 0o600 });
