/**
 * What is left of a request whose journal is lost: the sequence that its id was used for, beside what was its journal. The log
 * hands a request over again whose acknowledgement was lost, and must not be told a second end.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestId } from "../contract/values.ts";

const markFile = (dir: string, id: RequestId): string => join(dir, `${id}.lost`);

/** Throws when the folder takes no more. */
export const markLost = (dir: string, id: RequestId, seq: number): void => {
  writeFileSync(markFile(dir, id), `${seq}\n`, { mode: 0o600 });
};

/** `undefined`: there is no such mark. */
export const lostSeq = (dir: string, id: RequestId): number | undefined => {
  try {
    const seq = Number(readFileSync(markFile(dir, id), "utf8"));
    return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
  } catch {
    return undefined;
  }
};
