/**
 * Where a text stopped being TOML, and what to do about it. A parser notices what is not closed on a later line than its
 * own; whoever reads the fault looks for it where it begins.
 */
import { plain } from "../contract/plain.ts";
import type { Fault, Place } from "./fault.ts";

/** A statement that is longer is told of where it was noticed. */
const mostLines = 100;

/** The index of the line where the statement begins that broke at `index`: what stands above it is fine by itself. */
export const culprit = (lines: readonly string[], index: number, isFine: (text: string) => boolean): number => {
  for (let begin = index; begin >= 0 && index - begin < mostLines; begin -= 1) {
    if (isFine(lines.slice(0, begin).join("\n"))) return begin;
  }
  return index;
};

const shownLength = 60;

const shown = (text: string): string => plain(text, shownLength);

/** The two mistakes that people make most: no quotes, and no bracket at the end. */
const knownMistake = (line: string): { readonly column: number; readonly message: string } | undefined => {
  const [, before = "", word] = /^(\s*[\w."'-]+\s*=\s*)([A-Za-z][\w./:-]*)\s*(?:#.*)?$/.exec(line) ?? [];
  if (word !== undefined)
    return { column: before.length + 1, message: `${shown(word)} needs quotes; write "${shown(word)}"` };
  const [, header] = /^\s*\[\s*([\w.-]+)\s*(?:#.*)?$/.exec(line) ?? [];
  return header === undefined
    ? undefined
    : { column: 1, message: `the header is not closed; write [${shown(header)}]` };
};

const sentence = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

/** `noticed`: where the parser stopped, and what it said. */
export const brokenLine = (lines: readonly string[], begin: number, noticed: Place, said: string): Fault => {
  const known = knownMistake((lines[begin] ?? "").trimEnd());
  const line = begin + 1;
  if (known !== undefined) return { line, column: known.column, message: `not TOML: ${known.message}` };
  if (noticed.line === line) return { ...noticed, message: `not TOML: ${sentence(said)}` };
  return { line, column: 1, message: "not TOML: what begins here is not closed" };
};
