/** Tables that a file names itself, such as `[sinks.phone]`. A name is a token of a subject, and capitals make no other name. */
import { type Codec, read } from "../contract/codec.ts";
import { plain } from "../contract/plain.ts";
import type { Place, Tell } from "./fault.ts";
import type { TomlTable } from "./toml.ts";

export interface NamedTable<N> {
  readonly name: N;
  /** Where its name stands. */
  readonly place: Place;
  readonly table: TomlTable;
}

interface Naming<N> {
  readonly section: string;
  readonly codec: Codec<N>;
  /** Why a name is not free, as a clause. */
  readonly reserved: (name: string) => string | undefined;
}

const entriesOf = (root: TomlTable, section: string, tell: Tell) => {
  const value = root.entries.get(section)?.value;
  if (value === undefined || value.kind === "table") return [...(value?.entries ?? [])];
  tell(value, `${section} must be a table; write [${section}.<name>] for each`);
  return [];
};

/** Those whose names are right. The others are told, and what is in them is not looked at. */
export const namedTables = <N>(
  root: TomlTable,
  { section, codec, reserved }: Naming<N>,
  tell: Tell,
): readonly NamedTable<N>[] => {
  const taken = new Map<string, { readonly word: string; readonly line: number }>();
  return entriesOf(root, section, tell).flatMap(([word, { place, value }]): readonly NamedTable<N>[] => {
    const name = read(codec, word);
    const [first, why] = [taken.get(word.toLowerCase()), reserved(word)];
    taken.set(word.toLowerCase(), first ?? { word, line: place.line });
    if (name === undefined) tell(place, `"${plain(word, 80)}" cannot be a name; write ${codec.sentence}`);
    else if (why !== undefined) tell(place, `${section}.${word}: ${why}`);
    else if (first !== undefined)
      tell(place, `${section}.${word}: the name is taken by ${section}.${first.word} on line ${first.line}`);
    else if (value.kind !== "table")
      tell(value, `${section}.${word} must be a table: write [${section}.${word}], and its keys below`);
    else return [{ name, place, table: value }];
    return [];
  });
};
