/**
 * What the machine's apt sources say, in either of their two formats, as far as finding the distribution's archive needs it.
 * Permission to skip signatures (`trusted`, `allow-insecure`) is left behind on purpose: it is never taken over.
 */
import { parseStanzas, type Stanza, words } from "./deb822.ts";

/** One archive of binary packages at one address. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Options that go with the archive wherever it is named, by their deb822 field name. */
  readonly options: Readonly<Record<string, string>>;
}

/** Which key signs it, and whether a mirror that lags or stands still is accepted. */
const keptOptions = ["Signed-By", "Check-Valid-Until"] as const;

const keep = (read: (field: string) => string | undefined): AptSource["options"] =>
  Object.fromEntries(
    keptOptions.flatMap((field) => {
      const value = read(field.toLowerCase());
      return value === undefined ? [] : [[field, value]];
    }),
  );

/** `deb [option=value …] uri suite component…`; a cdrom, whose address has brackets and spaces, is not an archive here. */
const oneLine = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?([a-z][a-z0-9+.-]*:\S+)\s+(\S+)((?:\s+\S+)*)\s*$/;

const parseLine = (line: string): readonly AptSource[] => {
  const match = oneLine.exec(line.replace(/#.*/, ""));
  const [, optionText, uri, suite, components] = match ?? [];
  if (uri === undefined || suite === undefined || uri.startsWith("cdrom:")) return [];
  const options = new Map(
    words(optionText).map((option): [string, string] => {
      const [name = "", ...value] = option.split("=");
      return [name.toLowerCase(), value.join("=")];
    }),
  );
  return [{ uri, suites: [suite], components: words(components), options: keep((field) => options.get(field)) }];
};

const parseStanza = (stanza: Stanza): readonly AptSource[] => {
  const disabled = /^(no|false|without|off|disable|0)$/i.test(stanza.get("enabled")?.trim() ?? "");
  if (disabled || !words(stanza.get("types")).includes("deb")) return [];
  const [suites, components] = [words(stanza.get("suites")), words(stanza.get("components"))];
  const options = keep((field) => stanza.get(field));
  return words(stanza.get("uris")).map((uri) => ({ uri, suites, components, options }));
};

/** A `.sources` file. */
export const parseDeb822Sources = (text: string): readonly AptSource[] => parseStanzas(text).flatMap(parseStanza);

/** A `.list` file. */
export const parseOneLineSources = (text: string): readonly AptSource[] => text.split(/\r?\n/).flatMap(parseLine);
