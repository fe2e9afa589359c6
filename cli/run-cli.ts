/**
 * From the words on the command line to an exit code. Total: a usage error, a failure and a defect each become one message
 * on stderr and their code, as JSON if JSON was asked for.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { type Failure, failure, failures } from "../lib/contract/failure.ts";
import type { CommandLine } from "./args/command-line.ts";
import { type CommandName, commandTable } from "./command-table.ts";
import type { CliEnv } from "./env.ts";
import { exits } from "./exits.ts";
import { exitCodesHelp } from "./help/exit-codes.ts";
import { rootHelp } from "./help/root-help.ts";
import { printError, wantsJson } from "./print/error.ts";
import { nearest } from "./work/nearest.ts";

/** The commands that begin with a word: `hd streams` is none, but two do. */
const partsOf = (word: string) => commandTable.filter(({ name }) => name.startsWith(`${word} `));

const partsHelp = (word: string): string | undefined => {
  const parts = partsOf(word);
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.map(({ name, summary }) => `  hd ${name.padEnd(width)}  ${summary}\n`);
  return lines.length === 0 ? undefined : `Commands\n${lines.join("")}`;
};

/** What is answered without a parser. */
const plainAnswer = ([first = "", second]: readonly string[], version: string): string | undefined => {
  if (first === "--help" || first === "-h") return rootHelp(version);
  if (first === "--version" || first === "-v") return `${version}\n`;
  if (second !== "--help" && second !== "-h") return undefined;
  return first === "exit-codes" ? exitCodesHelp : partsHelp(first);
};

/** The second word may be part of a name, or what a command of one word is given. */
const meant = (first: string, second: string): readonly string[] => {
  const names = commandTable.map(({ name }) => name);
  const [single, double] = [names.filter((name) => !name.includes(" ")), names.filter((name) => name.includes(" "))];
  return [...nearest(`${first} ${second}`, double), ...nearest(first, single)];
};

const unknownCommand = ([first = "", second = ""]: readonly string[]): string => {
  if (first.startsWith("-")) return `hd takes a command before ${first}`;
  const parts = partsOf(first).map(({ name }) => name);
  const near = parts.length > 0 ? parts : meant(first, second);
  const hint = near.length === 0 ? "" : `; did you mean ${near.map((name) => `hd ${name}`).join(" or ")}?`;
  return `hd ${first} is not a command${hint}`;
};

const failed = (cli: CliEnv, json: boolean, { code, message }: Failure): number => {
  printError(cli, json, { code, messages: [message] });
  return failures[code].exit;
};

const misused = (cli: CliEnv, json: boolean, messages: readonly string[], command: string): number => {
  printError(cli, json, { code: "usage", messages, hint: `see: ${command} --help` });
  return exits.usage;
};

interface Found {
  readonly name: CommandName;
  readonly summary: string;
  /** The words after the name. */
  readonly rest: readonly string[];
}

/** The command that the words begin with; its name has one word or two. */
const findCommand = (words: readonly string[]): Found | undefined => {
  for (const length of [2, 1]) {
    const entry = commandTable.find(({ name }) => name === words.slice(0, length).join(" "));
    if (entry !== undefined) return { ...entry, rest: words.slice(length) };
  }
  return undefined;
};

/** An assistant's client starts this one each time it is started itself, and waits: it is loaded without the others. */
const commandOf = async (name: CommandName): Promise<(cli: CliEnv) => CommandLine> =>
  name === "mcp" ? (await import("./mcp/command.ts")).mcpCommand : (await import("./commands.ts")).commands[name];

const runCommand = async (words: readonly string[], cli: CliEnv): Promise<number> => {
  const json = wantsJson(words);
  const found = findCommand(words);
  if (found === undefined) return misused(cli, json, [unknownCommand(words)], "hd");
  const { name, summary, rest } = found;
  const command = await commandOf(name);
  const outcome = await command(cli).run(rest);
  if (outcome.kind === "usage") return misused(cli, json, outcome.reasons, `hd ${name}`);
  if (outcome.kind === "ended") {
    return isLeft(outcome.ended) ? failed(cli, json, outcome.ended.left) : outcome.ended.right;
  }
  cli.stdout.write(`${summary}\n\n${outcome.text}`);
  return exits.done;
};

/** `hd help deploy` is `hd deploy --help`. */
const helpWords = ([first, ...rest]: readonly string[]): readonly string[] =>
  first === "help" ? [...rest, "--help"] : [first ?? "--help", ...rest];

const defect = (thrown: unknown): Failure => {
  const told = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return failure("internal", `hd broke; please report this. ${told}`);
};

export const runCli = async (argv: readonly string[], cli: CliEnv): Promise<number> => {
  const words = helpWords(argv);
  const answer = plainAnswer(words, cli.version);
  if (answer !== undefined) {
    cli.stdout.write(answer);
    return exits.done;
  }
  try {
    return await runCommand(words, cli);
  } catch (thrown) {
    return failed(cli, wantsJson(argv), defect(thrown));
  }
};
