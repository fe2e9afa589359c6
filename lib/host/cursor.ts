/**
 * How far a journal has been forwarded: the number of the last event that the log acknowledged. A lost cursor costs only
 * repeats, which the log's message ids swallow, so it is not synced to the disk. A wrong one would cost records, so what is
 * not wholly a cursor is none.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RequestId } from "../contract/values.ts";

const cursorFile = (dir: string, id: RequestId): string => join(dir, `${id}.cursor`);

export const readCursor = async (dir: string, id: RequestId): Promise<number> => {
  const contents = await readFile(cursorFile(dir, id), "utf8").catch(() => "0");
  const n = /^\d+\n$/.test(contents) ? Number(contents) : 0;
  return Number.isSafeInteger(n) ? n : 0;
};

export const writeCursor = async (dir: string, id: RequestId, n: number): Promise<void> => {
  const file = cursorFile(dir, id);
  await writeFile(`${file}.new`, `${n}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
};
