/**
 * Reads TOML and goes on after a fault, so that all of them are told at once. The parser ends at the first; the statement
 * that it ended at is made blank and the rest is read again, every line in its place. A table that is defined twice loses its
 * second definition whole, or its keys would be taken for those of the table above.
 */
import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { brokenLine, culprit } from "./broken-line.ts";
import type { Fault, Place, Tell } from "./fault.ts";
import { type TomlTable, treeOf, wordOf } from "./toml.ts";

export interface Syntax {
  readonly root: TomlTable;
  /** Whether what is in `root` is all that the file says, but for what is in it twice. */
  readonly whole: boolean;
}

/** A file with more is not TOML. */
const mostFaults = 20;

const isHeader = (line: string): boolean => /^\s*\[/.test(line);

/** Blanks `count` lines from the one at `index`, so that all others stay in their places. */
const blanked = (lines: readonly string[], index: number, count: number): string =>
  lines.map((line, n) => (n >= index && n < index + count ? "" : line)).join("\n");

const toNextHeader = (lines: readonly string[], index: number): number => {
  const next = lines.slice(index + 1).findIndex(isHeader);
  return next < 0 ? lines.length - index : next + 1;
};

/** The words of what a line defines by itself; none for a line that does not stand alone. */
const wordsOn = (line: string): readonly string[] => {
  try {
    return (parseTOML(line).body[0].body[0]?.key.keys ?? []).map(wordOf);
  } catch {
    return [];
  }
};

const headerAbove = (lines: readonly string[], line: number): readonly string[] =>
  wordsOn(lines.slice(0, line - 1).findLast(isHeader) ?? "");

const firstPlace = (root: TomlTable, path: readonly string[]): Place | undefined => {
  let table: TomlTable | undefined = root;
  let place: Place | undefined;
  for (const word of path) {
    const entry: ReturnType<TomlTable["entries"]["get"]> = table?.entries.get(word);
    place = entry?.place;
    table = entry?.value.kind === "table" ? entry.value : undefined;
  }
  return place;
};

interface Twice extends Place {
  readonly path: readonly string[];
  readonly rest: string;
}

/** `undefined`: what is defined again cannot be cut out by its lines. */
const twiceAt = (lines: readonly string[], place: Place): Twice | undefined => {
  const index = place.line - 1;
  const line = lines[index] ?? "";
  const words = wordsOn(line);
  if (words.length === 0) return undefined;
  if (isHeader(line)) return { ...place, path: words, rest: blanked(lines, index, toNextHeader(lines, index)) };
  return { ...place, path: [...headerAbove(lines, place.line), ...words], rest: blanked(lines, index, 1) };
};

const twiceFault = (root: TomlTable, { path, line, column }: Twice): Fault => {
  const first = firstPlace(root, path);
  const where = first === undefined || first.line === line ? "" : `; the first is on line ${first.line}`;
  return { line, column, message: `${path.join(".")} is defined twice${where}. Keep one` };
};

const isTwice = ({ message }: ParseError): boolean => message.startsWith("Defining a key multiple times");

/** The program, or why there is none. */
const attempt = (text: string): AST.TOMLProgram | ParseError => {
  try {
    return parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
};

const isFine = (text: string): boolean => {
  const program = attempt(text);
  return !(program instanceof ParseError) || isTwice(program);
};

interface Read {
  readonly program: AST.TOMLProgram;
  readonly twice: readonly Twice[];
  readonly faults: readonly Fault[];
}

const readAll = (text: string): Read => {
  const twice: Twice[] = [];
  const faults: Fault[] = [];
  for (let rest = text; twice.length + faults.length < mostFaults; ) {
    const program = attempt(rest);
    if (!(program instanceof ParseError)) return { program, twice, faults };
    const place = { line: program.lineNumber, column: program.column + 1 };
    const lines = rest.split("\n");
    const again = isTwice(program) ? twiceAt(lines, place) : undefined;
    const begin = culprit(lines, program.lineNumber - 1, isFine);
    if (again === undefined) faults.push(brokenLine(lines, begin, place, program.message));
    else twice.push(again);
    rest = again?.rest ?? blanked(lines, begin, toNextHeader(lines, begin));
  }
  return { program: parseTOML(""), twice, faults };
};

export const readSyntax = (text: string, tell: Tell): Syntax => {
  const { program, twice, faults } = readAll(text);
  const root = treeOf(program);
  for (const fault of [...faults, ...twice.map((one) => twiceFault(root, one))]) tell(fault, fault.message);
  return { root, whole: faults.length === 0 && twice.length < mostFaults };
};
