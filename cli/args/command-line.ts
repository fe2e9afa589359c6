/**
 * A command as cmd-ts defines it, behind a face that knows only words and outcomes. Usage errors come out as sentences,
 * one for each: cmd-ts draws them as a box, which is of no use to a program and long for a person.
 */
import { type CommandHelpData, parse, type Runner, runSafely, setDefaultHelpFormatter } from "cmd-ts";
import { commandHelp } from "../help/command-help.ts";
import { nearest } from "../work/nearest.ts";
import type { Ended } from "../work/with-bus.ts";

export type Outcome =
  | { readonly kind: "ended"; readonly ended: Ended }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "usage"; readonly reasons: readonly string[] };

export interface CommandLine {
  readonly topics: CommandHelpData["helpTopics"];
  readonly run: (argv: readonly string[]) => Promise<Outcome>;
}

type Names = Parameters<Runner<unknown, unknown>["register"]>[0];

const namesOf = (inner: Pick<Runner<never, never>, "register">): Names => {
  const names: Names = {
    forceFlagLongNames: new Set(),
    forceFlagShortNames: new Set(),
    forceOptionLongNames: new Set(),
    forceOptionShortNames: new Set(),
  };
  inner.register(names);
  return names;
};

/** `-n5` is `-n=5`: cmd-ts would read it as the flags -n and -5. */
const spreadOut = (word: string, { forceOptionShortNames }: Names): string => {
  const [, name = "", value] = /^-([A-Za-z])([^=].*)$/.exec(word) ?? [];
  return value !== undefined && forceOptionShortNames.has(name) ? `-${name}=${value}` : word;
};

const unknown = (raw: string, { forceOptionLongNames, forceFlagLongNames }: Names): string => {
  if (!raw.startsWith("--")) return `"${raw}" is one word too many`;
  const [given = ""] = raw.split(/[ =]/, 1);
  const known = [...forceOptionLongNames, ...forceFlagLongNames].map((name) => `--${name}`);
  const near = nearest(given, known, 2);
  return `${given} is not an option here${near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`}`;
};

/** Wherever it stands: who asks for help must never start anything. A value that looks like it is joined by `=`. */
const asksForHelp = (argv: readonly string[]): boolean => {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some((word) => word === "--help" || word === "-h");
};

interface ParsingError {
  readonly nodes: readonly { readonly raw: string; readonly type: string }[];
  readonly message: string;
}

const reasonsOf = ({ nodes, message }: ParsingError, names: Names): readonly string[] => {
  if (message !== "Unknown arguments") return [message];
  return nodes.map(({ raw, type }) => (type === "shortOption" ? `-${raw} is not an option here` : unknown(raw, names)));
};

export const commandLine = <A>(
  inner: Runner<A, Promise<Ended>> & { readonly helpTopics: () => CommandLine["topics"] },
): CommandLine => ({
  topics: inner.helpTopics(),
  run: async (argv) => {
    setDefaultHelpFormatter(commandHelp);
    const names = namesOf(inner);
    const words = asksForHelp(argv) ? ["--help"] : argv.map((word) => spreadOut(word, names));
    const result = await runSafely(inner, words);
    if (result._tag === "ok") return { kind: "ended", ended: await result.value };
    if (result.error.config.exitCode === 0) return { kind: "help", text: result.error.config.message };
    const parsed = await parse(inner, words);
    const errors = parsed._tag === "ok" ? [] : parsed.error.errors;
    return { kind: "usage", reasons: errors.flatMap((error) => reasonsOf(error, names)) };
  },
});
