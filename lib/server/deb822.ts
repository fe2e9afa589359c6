/**
 * Debian's control format: stanzas of fields, read from `.sources` files and from what `apt-cache show` prints. Field names
 * are compared in lower case. A value keeps its line breaks: a key may stand in it, and every line of a key counts.
 */

export type Stanza = ReadonlyMap<string, string>;

const parseStanza = (lines: readonly string[]): Stanza => {
  const fields = new Map<string, string>();
  let name = "";
  for (const line of lines) {
    const field = /^([^\s:]+):[ \t]*(.*)$/.exec(line);
    if (field !== null) name = (field[1] ?? "").toLowerCase();
    fields.set(name, field === null ? `${fields.get(name) ?? ""}\n${line}` : (field[2] ?? ""));
  }
  return fields;
};

/** Comment lines are dropped first: they may stand anywhere, even within a value. */
export const parseStanzas = (text: string): readonly Stanza[] =>
  text
    .replace(/^#.*(?:\r?\n|$)/gm, "")
    .split(/(?:\r?\n[ \t]*)(?:\r?\n)+/)
    .map((stanza) => stanza.split(/\r?\n/).filter((line) => line.trim() !== ""))
    .filter((lines) => lines.length > 0)
    .map(parseStanza);

/** The words of a list field, none when it is missing. */
export const words = (value: string | undefined): readonly string[] => (value ?? "").split(/\s+/).filter(Boolean);
