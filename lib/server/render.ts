/**
 * The settings of a nats-server as text: its own configuration language, or the Nix value that the
 * NixOS module takes. Both render the same value, so that they cannot say different things.
 */

export type Setting = string | number | boolean | readonly Setting[] | Settings;

/** `undefined`: the setting is left to the server. */
export interface Settings {
  readonly [name: string]: Setting | undefined;
}

type Line = string | readonly Line[];

const indented = (lines: readonly Line[], indent = ""): string =>
  lines.map((line) => (typeof line === "string" ? `${indent}${line}\n` : indented(line, `${indent}  `))).join("");

const isList = (value: Setting): value is readonly Setting[] => Array.isArray(value);

const isScalar = (value: Setting): value is string | number | boolean => typeof value !== "object";

const entriesOf = (settings: Settings): readonly (readonly [string, Setting])[] =>
  Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

/** How a language writes what a setting is made of. */
interface Language {
  readonly quoted: (text: string) => string;
  readonly named: (name: string, value: string) => string;
  /** Stands between the items of a list in one line, and between its brackets and them. */
  readonly item: string;
  readonly bracket: string;
  readonly end: string;
  /** Between the entries of a set that stands in one line. */
  readonly between: string;
}

const lineWidth = 110;

/** A small set is easier to read in one line. */
const set = ({ between }: Language, entries: readonly Line[]): readonly Line[] => {
  const line = `{ ${entries.join(between)} }`;
  const isSmall = entries.length > 0 && line.length <= lineWidth && entries.every((one) => typeof one === "string");
  return isSmall ? [line] : ["{", entries, "}"];
};

const written = (language: Language, value: Setting): readonly Line[] => {
  const { quoted, item, bracket } = language;
  if (typeof value === "string") return [quoted(value)];
  if (isScalar(value)) return [String(value)];
  if (!isList(value)) {
    return set(
      language,
      entriesOf(value).flatMap(([name, one]) => entry(language, name, one)),
    );
  }
  if (value.every(isScalar)) {
    const items = value.map((one) => written(language, one)[0]).join(item);
    return [value.length === 0 ? "[]" : `[${bracket}${items}${bracket}]`];
  }
  return ["[", value.flatMap((one) => written(language, one)), "]"];
};

const entry = (language: Language, name: string, value: Setting): readonly Line[] => {
  const [first = "", ...more] = written(language, value);
  const opened = language.named(name, String(first));
  if (more.length === 0) return [`${opened}${language.end}`];
  return [opened, ...more.slice(0, -1), `${String(more.at(-1))}${language.end}`];
};

const isWord = (name: string): boolean => /^[a-z][a-z0-9_]*$/i.test(name);

const natsLanguage: Language = {
  quoted: (text) => JSON.stringify(text),
  named: (name, value) => `${isWord(name) ? name : JSON.stringify(name)}: ${value}`,
  item: ", ",
  bracket: "",
  end: "",
  between: ", ",
};

/** Nix reads `${` in a string as code. */
const nixText = (text: string): string => JSON.stringify(text).replaceAll("${", "\\${");

const nixLanguage: Language = {
  quoted: nixText,
  named: (name, value) => `${isWord(name) ? name : nixText(name)} = ${value}`,
  item: " ",
  bracket: " ",
  end: ";",
  between: " ",
};

/** A file for `nats-server -c`. */
export const renderConf = (settings: Settings): string =>
  indented(entriesOf(settings).flatMap(([name, value]) => entry(natsLanguage, name, value)));

/** An attribute set, for the NixOS module: nixos/server.nix. */
export const renderNix = (settings: Settings): string => indented(written(nixLanguage, settings));
