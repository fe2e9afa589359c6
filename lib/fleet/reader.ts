/**
 * Reads values of a fleet file and tells what is wrong with them, as clauses that name the key. A reader gives `undefined`
 * for what it has told about; whoever composes readers goes on, so that one fault does not hide the next.
 */
import { type Codec, read as decode } from "../contract/codec.ts";
import { plain } from "../contract/plain.ts";
import { scrub } from "../contract/scrub.ts";
import type { Tell } from "./fault.ts";
import { didYouMean, nearestOf } from "./near.ts";
import type { Toml, TomlTable } from "./toml.ts";

/** `path`: the key as it stands in the file, such as `server.urls`. */
export type Read<A> = (value: Toml, path: string, tell: Tell) => A | undefined;

/** How much of a wrong text is repeated. */
const shownLength = 60;

const kinds: Readonly<Record<Toml["kind"], string>> = {
  table: "a table",
  list: "a list",
  text: "text",
  number: "a number",
  truth: "true or false",
  other: "a date or a fraction",
};

const shown = (value: Toml): string => {
  if (value.kind === "text") return `"${plain(scrub(value.value), shownLength)}"`;
  return value.kind === "number" || value.kind === "truth" ? String(value.value) : kinds[value.kind];
};

const wrong = (value: Toml, path: string, sentence: string, hint = ""): string =>
  `${path} must be ${sentence}; it is ${shown(value)}${hint}`;

export const text =
  <A>(codec: Codec<A>): Read<A> =>
  (value, path, tell) => {
    const found = value.kind === "text" ? decode(codec, value.value) : undefined;
    if (found === undefined) tell(value, wrong(value, path, codec.sentence));
    return found;
  };

/** Shows no more than a machine: a path, a user or a question may be what a topic or a password is. */
const bareAddress = /^(?:[a-z]+:\/\/)?[A-Za-z0-9.-]*(?::\d{1,5})?$/;

/** What may hold a secret, also by mistake: a wrong one is not repeated. */
export const guarded =
  <A>(codec: Codec<A>, mayShow: (given: string) => boolean = () => false): Read<A> =>
  (value, path, tell) => {
    if (value.kind !== "text" || mayShow(value.value)) return text(codec)(value, path, tell);
    const found = decode(codec, value.value);
    if (found === undefined)
      tell(value, `${path} must be ${codec.sentence}; what it is may be a secret, so it is not shown`);
    return found;
  };

export const address = <A>(codec: Codec<A>): Read<A> => guarded(codec, (given) => bareAddress.test(given));

/** One of the words; a near one is offered. */
export const oneOf =
  <A extends string>(codec: Codec<A>, words: readonly string[]): Read<A> =>
  (value, path, tell) => {
    if (value.kind !== "text") return text(codec)(value, path, tell);
    const found = decode(codec, value.value);
    if (found === undefined) tell(value, wrong(value, path, codec.sentence, didYouMean(value.value, words)));
    return found;
  };

export const truth: Read<boolean> = (value, path, tell) => {
  if (value.kind === "truth") return value.value;
  tell(value, wrong(value, path, "true or false, without quotes"));
  return undefined;
};

/** Without what is missing: readers give nothing for what they told about. */
export const present = <A>(values: readonly (A | undefined)[]): readonly A[] =>
  values.flatMap((value) => (value === undefined ? [] : [value]));

/** The items that are the same as one before them. */
const repeated = <A>(items: readonly { readonly one: Toml; readonly found: A | undefined }[]): readonly Toml[] =>
  items
    .filter(({ found }, n) => found !== undefined && items.findIndex((other) => other.found === found) < n)
    .map(({ one }) => one);

const noList = (value: Toml, path: string): string =>
  `${wrong(value, path, "a list in brackets")}; write [${value.kind === "text" ? shown(value) : "…"}]`;

const listed =
  <A>(item: Read<A>, mayRepeat: boolean): Read<readonly A[]> =>
  (value, path, tell) => {
    if (value.kind !== "list") {
      tell(value, noList(value, path));
      return undefined;
    }
    const items = value.items.map((one) => ({ one, found: item(one, path, tell) }));
    for (const again of mayRepeat ? [] : repeated(items)) tell(again, `${path} names ${shown(again)} twice`);
    return items.every(({ found }) => found !== undefined) ? present(items.map(({ found }) => found)) : undefined;
  };

/** Nothing is in it twice, and each wrong item is told where it stands. */
export const listOf = <A>(item: Read<A>): Read<readonly A[]> => listed(item, false);

export type Some<A> = readonly [A, ...A[]];

/** At least one. `empty`: what to write instead, as a clause. */
const some =
  <A>(read: Read<readonly A[]>, empty: string): Read<Some<A>> =>
  (value, path, tell) => {
    const [first, ...more] = read(value, path, tell) ?? [];
    if (value.kind === "list" && value.items.length === 0) tell(value, `${path} is empty; ${empty}`);
    return first === undefined ? undefined : [first, ...more];
  };

/** Words in an order that means something. */
export const wordsOf = <A>(item: Read<A>, empty: string): Read<Some<A>> => some(listed(item, true), empty);

export const someOf = <A>(item: Read<A>, empty: string): Read<Some<A>> => some(listOf(item), empty);

/** One, or a list of them. */
export const oneOrMore =
  <A>(item: Read<A>, empty: string): Read<Some<A>> =>
  (value, path, tell) => {
    if (value.kind === "list") return someOf(item, empty)(value, path, tell);
    const found = item(value, path, tell);
    return found === undefined ? undefined : [found];
  };

/** A whole number within bounds. */
export const whole =
  (codec: Codec<number>): Read<number> =>
  (value, path, tell) => {
    const found = value.kind === "number" ? decode(codec, value.value) : undefined;
    if (found === undefined) tell(value, wrong(value, path, codec.sentence));
    return found;
  };

/** A table with its path, and whom to tell. */
export interface Scope {
  readonly table: TomlTable;
  readonly known: readonly string[];
  readonly path: string;
  readonly tell: Tell;
}

/** Where a value is expected, a file with it may be what the table takes. */
const meant = (key: string, known: readonly string[]): string =>
  known.includes(`${key}_file`) ? `; did you mean ${key}_file?` : didYouMean(key, known);

/** Tells of each key that is none of those known. `where`: a phrase that fits after "is not a key". */
export const refuseUnknown = ({ entries }: TomlTable, where: string, known: readonly string[], tell: Tell): void => {
  for (const [key, { place }] of entries) {
    if (known.includes(key)) continue;
    const hint = meant(key, known) || `; known are ${known.join(", ")}`;
    tell(place, `${plain(key, shownLength)} is not a key ${where}${hint}`);
  }
};

/** A table whose keys are all known; those that are not are told, with the nearest that is. `undefined`: no table. */
export const scopeOf = (value: Toml, path: string, known: readonly string[], tell: Tell): Scope | undefined => {
  if (value.kind !== "table") {
    tell(value, `${path} must be a table: write [${path}], and its keys below`);
    return undefined;
  }
  refuseUnknown(value, path === "" ? "in a fleet file" : `of ${path}`, known, tell);
  return { table: value, known, path, tell };
};

/** `undefined` when it is not there, and when it is wrong, which is told. */
export const optional = <A>({ table, path, tell }: Scope, key: string, read: Read<A>): A | undefined => {
  const entry = table.entries.get(key);
  return entry === undefined ? undefined : read(entry.value, `${path}.${key}`, tell);
};

/** Whether a key is there under a mistyped name, which is told where it stands. */
export const isMistyped = (table: TomlTable, key: string, known: readonly string[]): boolean =>
  [...table.entries.keys()].some((word) => !known.includes(word) && nearestOf(word, known) === key);

/** `example`: what to write, as it would stand in the file. */
export const required = <A>(scope: Scope, key: string, read: Read<A>, example: string): A | undefined => {
  const { table, known, path, tell } = scope;
  if (!table.entries.has(key) && !isMistyped(table, key, known))
    tell(table, `${path}.${key} is missing; write ${key} = ${example}`);
  return optional(scope, key, read);
};
