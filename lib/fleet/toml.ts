/**
 * TOML as a tree of plain values that know where they stand. Only what a fleet file is made of has a kind of its own; a date
 * or a fraction is `other`, which no reader accepts. Maps and not objects: a key may be called `__proto__`.
 */
import type { AST } from "toml-eslint-parser";
import type { Place } from "./fault.ts";

export interface TomlEntry {
  /** Of its key, where it is first written. */
  readonly place: Place;
  readonly value: Toml;
}

export interface TomlTable extends Place {
  readonly kind: "table";
  readonly entries: ReadonlyMap<string, TomlEntry>;
}

export interface TomlList extends Place {
  readonly kind: "list";
  readonly items: readonly Toml[];
}

export type TomlValue =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "other" };

export type Toml = TomlTable | TomlList | (Place & TomlValue);

interface Open extends Place {
  readonly kind: "table";
  readonly entries: Map<string, TomlEntry>;
}

const placeOf = ({ loc }: AST.TOMLNode): Place => ({ line: loc.start.line, column: loc.start.column + 1 });

export const wordOf = (key: AST.TOMLBare | AST.TOMLQuoted): string => (key.type === "TOMLBare" ? key.name : key.value);

const open = (place: Place): Open => ({ kind: "table", ...place, entries: new Map() });

const isOpen = (value: Toml | undefined): value is Open => value?.kind === "table";

/** The table below `word`, made if there is none; the last one where there is a list of them. */
const below = (table: Open, word: string, place: Place): Open => {
  const found = table.entries.get(word)?.value;
  const last = found?.kind === "list" ? found.items.at(-1) : found;
  if (isOpen(last)) return last;
  const made = open(place);
  if (found === undefined) table.entries.set(word, { place, value: made });
  return made;
};

type Words = readonly (AST.TOMLBare | AST.TOMLQuoted)[];

const reach = (from: Open, words: Words): Open =>
  words.reduce((table, word) => below(table, wordOf(word), placeOf(word)), from);

const scalar = (node: AST.TOMLValue): TomlValue => {
  switch (node.kind) {
    case "string":
      return { kind: "text", value: node.value };
    case "integer":
      return { kind: "number", value: node.value };
    case "boolean":
      return { kind: "truth", value: node.value };
    default:
      return { kind: "other" };
  }
};

const tomlOf = (node: AST.TOMLContentNode): Toml => {
  const place = placeOf(node);
  if (node.type === "TOMLArray") return { kind: "list", ...place, items: node.elements.map(tomlOf) };
  if (node.type === "TOMLValue") return { ...place, ...scalar(node) };
  const table = open(place);
  fill(table, node.body);
  return table;
};

const put = (table: Open, { key, value }: AST.TOMLKeyValue): void => {
  const [last, ...parents] = key.keys.toReversed();
  if (last === undefined) return;
  reach(table, parents.toReversed()).entries.set(wordOf(last), { place: placeOf(last), value: tomlOf(value) });
};

/** Each `[[table]]` is one more in a list. */
const begin = (root: Open, { key, kind }: AST.TOMLTable): Open => {
  const [last, ...parents] = key.keys.toReversed();
  if (kind === "standard" || last === undefined) return reach(root, key.keys);
  const parent = reach(root, parents.toReversed());
  const before = parent.entries.get(wordOf(last))?.value;
  const made = open(placeOf(last));
  const value = { kind: "list", ...placeOf(last), items: [...(before?.kind === "list" ? before.items : []), made] };
  parent.entries.set(wordOf(last), { place: placeOf(last), value: value as TomlList });
  return made;
};

const fill = (table: Open, pairs: readonly AST.TOMLKeyValue[]): void => {
  for (const pair of pairs) put(table, pair);
};

export const treeOf = ({ body: [top] }: AST.TOMLProgram): TomlTable => {
  const root = open({ line: 1, column: 1 });
  for (const node of top.body) {
    if (node.type === "TOMLKeyValue") put(root, node);
    else fill(begin(root, node), node.body);
  }
  return root;
};
