/** How the help of one command looks. Set as cmd-ts's formatter, because its own shows values of environment variables. */
import type { CommandHelpData, HelpFormatter } from "cmd-ts";
import { wrap } from "../print/wrap.ts";

const columns = 100;
const left = 30;

/** A term and what it means, side by side if the term is short enough. */
const entry = (term: string, text: string): string => {
  const told = wrap(text, columns - left);
  const [first = "", ...more] = term.length + 4 > left ? ["", ...told] : told;
  return [`  ${term.padEnd(left - 2)}${first}`.trimEnd(), ...more.map((line) => " ".repeat(left) + line), ""].join(
    "\n",
  );
};

type Topic = CommandHelpData["helpTopics"][number];

const titles: ReadonlyMap<string, string> = new Map([
  ["arguments", "Arguments"],
  ["options", "Options"],
  ["connection", "Connection"],
]);

const topicsIn = (topics: readonly Topic[], category: string): readonly Topic[] =>
  topics.filter((topic) => (topic.category === "flags" ? "options" : topic.category) === category);

/** cmd-ts writes a flag's short name last. */
const usageOf = ({ usage }: Topic): string => usage.replace(/^(--\S+), (-\w)$/, "$2, $1");

const section = (topics: readonly Topic[], category: string, title: string): string => {
  const entries = topicsIn(topics, category).map((topic) => {
    const defaults = topic.defaults.filter((text) => text !== "optional");
    const after = defaults.length === 0 ? "" : ` (${defaults.join("; ")})`;
    return entry(usageOf(topic), `${topic.description}${after}`);
  });
  return entries.length === 0 ? "" : `\n${title}\n${entries.join("")}`;
};

const examples = (all: CommandHelpData["examples"] = []): string =>
  all.length === 0
    ? ""
    : `\nExamples\n${all.map(({ command, description }) => `  ${command}\n      ${description}\n`).join("")}`;

const formatCommand = ({ name, helpTopics, examples: shown }: CommandHelpData): string => {
  const words = topicsIn(helpTopics, "arguments").map(({ usage }) => usage);
  const sections = [...titles].map(([category, title]) => section(helpTopics, category, title));
  return `Usage: ${[name, ...words, "[options]"].join(" ")}\n${sections.join("")}${examples(shown)}`;
};

/** A command in a command is an entry of the command table, so cmd-ts never lists any. */
export const commandHelp: HelpFormatter = { formatCommand, formatSubcommands: () => "" };
