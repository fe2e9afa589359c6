/**
 * The last lines of a job's output, as a record may carry them: of bounded size however large the file is, without control
 * characters, which would drive the terminal of whoever reads them, and without credentials. It never fails: a job that
 * ended badly must not lose its record over a missing output file.
 */
import { stripVTControlCharacters } from "node:util";
import { plain } from "../contract/plain.ts";
import { scrub } from "../contract/scrub.ts";
import { readEnd } from "./read-end.ts";

const readBytes = 64 * 1024;
const keptBytes = 32 * 1024;
const lineLength = 1000;

/** What a terminal would show of a line that overwrites itself, as progress does. */
const lastDrawn = (line: string): string => line.replace(/\r+$/, "").replace(/^.*\r/s, "");

const clean = (line: string): string => {
  const shown = stripVTControlCharacters(lastDrawn(scrub(line)));
  return plain(shown.replace(/\t/g, "  ").replace(/\p{Cc}/gu, ""), lineLength);
};

/** As many of the last lines as fit. */
const fitting = (lines: readonly string[]): readonly string[] => {
  let bytes = 0;
  const first = lines.findLastIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > keptBytes;
  });
  return lines.slice(first + 1);
};

/** The last lines of a text, fit for a record. */
export const tailLines = (text: string, count: number): readonly string[] => {
  const lines = text.split("\n").map(clean);
  const written = lines.slice(0, lines.findLastIndex((line) => line.trim() !== "") + 1);
  return count <= 0 ? [] : fitting(written.slice(-count));
};

/** The last `count` lines of a file; none when it cannot be read. */
export const tail = async (path: string, count: number): Promise<readonly string[]> => {
  const { text, whole } = await readEnd(path, readBytes);
  const rest = whole ? text : text.slice(text.indexOf("\n") + 1);
  // A file that ends in one endless line has nothing else to show.
  return tailLines(rest === "" ? text : rest, count);
};
