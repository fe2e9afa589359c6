/**
 * Edits a fleet file as a person would: by whole lines, with every comment and every other line as it was. What was added
 * and is removed again leaves no trace. It knows TOML and not what a fleet is: whoever edits reads the result before it is
 * written.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type AST, parseTOML } from "toml-eslint-parser";
import { wordOf } from "./toml.ts";

type Word = AST.TOMLBare | AST.TOMLQuoted;

/** What defines a member, or a part of it: a table with a header, or a line. */
interface Statement {
  readonly node: AST.TOMLTable | AST.TOMLKeyValue;
  /** The word of its name. */
  readonly word: Word;
}

const isUnder = (words: readonly Word[], section: string): boolean => {
  const [first] = words;
  return first !== undefined && wordOf(first) === section;
};

/** Those of every member of a section, in the order of the file. Those inside of one inline table are not lines. */
const statementsIn = (text: string, section: string): readonly Statement[] => {
  const found: Statement[] = [];
  const look = (node: Statement["node"], above: readonly Word[]): void => {
    const words = [...above, ...node.key.keys];
    const [, word] = words;
    if (!isUnder(words, section)) return;
    if (word !== undefined) found.push({ node, word });
    else if (node.type === "TOMLTable") for (const one of node.body) look(one, node.key.keys);
  };
  for (const node of parseTOML(text).body[0].body) look(node, []);
  return found;
};

const named = (text: string, section: string, name: string): readonly Statement[] =>
  statementsIn(text, section).filter(({ word }) => wordOf(word) === name);

interface Lines {
  /** Indexes of the first and the last. */
  readonly first: number;
  readonly last: number;
}

const isBlank = (line: string | undefined): boolean => line?.trim() === "";

const isComment = (line: string | undefined): boolean => line?.trim().startsWith("#") === true;

/** Comments that follow without a gap are a table's own, unless they lead on to the next without a gap too. */
const withComments = (lines: readonly string[], last: number): number => {
  const after = lines.slice(last + 1);
  const count = after.findIndex((line) => !isComment(line));
  const end = count < 0 ? after.length : count;
  return end === after.length || isBlank(after[end]) ? last + end : last;
};

const linesOf = (lines: readonly string[], { node }: Statement): Lines => {
  const first = node.loc.start.line - 1;
  if (node.type !== "TOMLTable") return { first, last: node.loc.end.line - 1 };
  return { first, last: withComments(lines, (node.body.at(-1) ?? node.key).loc.end.line - 1) };
};

/** A table takes the blank line above it along, as it brought one. */
const removedLines = (lines: readonly string[], statement: Statement): Lines => {
  const { first, last } = linesOf(lines, statement);
  return { first: statement.node.type === "TOMLTable" && isBlank(lines[first - 1]) ? first - 1 : first, last };
};

const inlineOnly = (section: string, name: string): string =>
  `${section}.${name} is written inside of another value; edit the file by hand, then run hd init`;

const notThere = (section: string, name: string): string => `there is no ${section}.${name}`;

const statementsOf = (text: string, section: string, name: string): Either<string, readonly Statement[]> => {
  const found = named(text, section, name);
  if (found.length > 0) return right(found);
  const isInline = new RegExp(`^\\s*${section}\\s*=`, "m").test(text);
  return left(isInline ? inlineOnly(section, name) : notThere(section, name));
};

/** Left: why not, as a clause. */
export const removeMember = (text: string, section: string, name: string): Either<string, string> => {
  const found = statementsOf(text, section, name);
  if (found._tag === "Left") return found;
  const lines = text.split("\n");
  const gone = found.right.map((statement) => removedLines(lines, statement));
  return right(lines.filter((_, n) => !gone.some(({ first, last }) => n >= first && n <= last)).join("\n"));
};

/** Left: why not, as a clause. */
export const renameMember = (text: string, section: string, name: string, to: string): Either<string, string> => {
  const found = statementsOf(text, section, name);
  if (found._tag === "Left") return found;
  const words = found.right.map(({ word }) => word.range).toSorted(([a], [b]) => b - a);
  return right(words.reduce((edited, [start, end]) => edited.slice(0, start) + to + edited.slice(end), text));
};

export type Fields = Readonly<Record<string, string | readonly string[]>>;

const written = (value: string | readonly string[]): string =>
  typeof value === "string" ? JSON.stringify(value) : `[${value.map((one) => JSON.stringify(one)).join(", ")}]`;

const pairs = (fields: Fields): readonly string[] =>
  Object.entries(fields).map(([key, value]) => `${key} = ${written(value)}`);

/** Where it goes, as what stands there is written: a line among lines, a table among tables, else at the end. */
const addedLines = (last: Statement | undefined, header: string, name: string, fields: Fields): readonly string[] =>
  last?.node.type === "TOMLKeyValue" && last.node.value.type === "TOMLInlineTable"
    ? [`${name} = { ${pairs(fields).join(", ")} }`]
    : ["", header, ...pairs(fields)];

/** After the last of its section. It does not look whether the name is taken. */
export const addMember = (text: string, section: string, name: string, fields: Fields): string => {
  const lines = text.split("\n");
  const last = statementsIn(text, section).at(-1);
  const end = last === undefined ? lines.findLastIndex((line) => !isBlank(line)) : linesOf(lines, last).last;
  const ending = lines.some((line) => line.endsWith("\r")) && end + 1 < lines.length ? "\r" : "";
  const added = addedLines(last, `[${section}.${name}]`, name, fields).map((line) => line + ending);
  return lines.toSpliced(end + 1, 0, ...added).join("\n");
};
