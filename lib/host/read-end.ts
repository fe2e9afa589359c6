/**
 * The end of a file, in bounded memory. Reading an output is never worth a failure of its own: what cannot be read is empty.
 */
import { open } from "node:fs/promises";

export interface End {
  readonly text: string;
  /** False when the text may begin within a line, or within a character. */
  readonly whole: boolean;
}

/** At most the last `maxBytes` of what stands at or after `from`. */
export const readEnd = async (path: string, maxBytes: number, from = 0): Promise<End> => {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const start = Math.max(from, size - maxBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
      return { text: buffer.toString("utf8", 0, bytesRead), whole: start === from };
    } finally {
      await file.close();
    }
  } catch {
    return { text: "", whole: true };
  }
};
