/**
 * A file with an export, read as lines, a piece at a time. Lines end with a line feed and with nothing else: what other
 * readers of lines take for an end may stand inside a text.
 */
import { createReadStream } from "node:fs";
import type { ExportSource, LineChunks } from "../../streams/export-pages.ts";

/** Far more than any record takes: what has no line feed until then is no export. */
const maxLineLength = 16 * 1024 * 1024;

/** @internal */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): LineChunks {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineLength) throw new Error("the next line is longer than any of an export");
    yield lines.map((line) => `${line}\n`);
  }
  rest += decoder.decode();
  if (rest !== "") yield [rest];
}

export const exportFile = (path: string): ExportSource => ({
  name: path,
  open: () => linesOf(createReadStream(path, { highWaterMark: 256 * 1024 })),
});
