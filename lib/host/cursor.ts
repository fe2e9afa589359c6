/**
 * How far a journal has been forwarded: the number of the last event that the log acknowledged. A lost cursor costs only
 * repeats, which the log's message ids swallow, so it is neither synced nor written aside first. A wrong one would cost
 * records, so what is not wholly a cursor is none.
 */
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RequestId } from "../contract/values.ts";

const cursorFile = (dir: string, id: RequestId): string => join(dir, `${id}.cursor`);

/** 0: none, or nothing that is wholly a cursor. Never rejects. */
export const readCursor = async (dir: string, id: RequestId): Promise<number> => {
  const contents = await readFile(cursorFile(dir, id), "utf8").catch(() => "0");
  const n = /^\d+\n$/.test(contents) ? Number(contents) : 0;
  return Number.isSafeInteger(n) ? n : 0;
};

export const writeCursor = (dir: string, id: RequestId, n: number): void => {
  writeFileSync(cursorFile(dir, id), `${n}\n`, { mode: 0o600 });
};
