/**
 * Writes docs/reference/ from the sources: `node --import tsx scripts/docs.ts [--check] [folder]`. With --check it writes
 * nothing and exits 1 when a page is not what it would write. No page is edited by hand.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandTable } from "../cli/command-table.ts";
import { commands } from "../cli/commands.ts";
import { exitCodesHelp } from "../cli/help/exit-codes.ts";
import { failures } from "../lib/contract/failure.ts";
import { presenceBucket, presenceSubject } from "../lib/contract/log-names.ts";
import type { HostName } from "../lib/contract/names.ts";
import { Presence } from "../lib/contract/presence.ts";
import type { AnyRoute } from "../lib/contract/route.ts";
import { builderRoutes, routes } from "../lib/contract/routes/index.ts";
import type { Fields } from "../lib/contract/struct.ts";
import { idleCli } from "./idle-cli.ts";
import { metricsPage } from "./metrics-page.ts";
import { permissionsPage } from "./permissions-page.ts";
import { toolsPage } from "./tools-page.ts";

const generated = "<!-- Written by `npm run docs`; edit the sources instead. -->";

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("\n", " ");

/** Cells are Markdown already. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");

const page = (title: string, intro: string, sections: readonly string[]): string =>
  [generated, `# ${title}`, intro, ...sections].map((part) => `${part.trimEnd()}\n`).join("\n");

interface Option {
  readonly command: string;
  readonly usage: string;
  readonly category: string;
  readonly about: string;
  readonly fallback: string;
  readonly variables: readonly string[];
}

const after = (texts: readonly string[], prefix: string): string =>
  texts.find((text) => text.startsWith(prefix))?.slice(prefix.length) ?? "";

const optionsOf = (name: (typeof commandTable)[number]["name"]): readonly Option[] =>
  commands[name](idleCli).topics.map(({ usage, category, description, defaults }) => ({
    command: name,
    usage: usage.trim(),
    category,
    about: description,
    fallback: after(defaults, "default: "),
    variables: after(defaults, "env: ").split(", ").filter(Boolean),
  }));

const optionRows = (options: readonly Option[]): readonly (readonly string[])[] =>
  options.map(({ usage, about, fallback, variables }) => [
    code(usage),
    cell(about),
    fallback === "" ? "" : code(fallback),
    variables.map(code).join(", "),
  ]);

const commandSection = ({ name, summary }: (typeof commandTable)[number]): string => {
  const options = optionsOf(name);
  const words = options.filter(({ category }) => category === "arguments");
  const usage = ["hd", name, ...words.map((word) => word.usage), "[options]"].join(" ");
  // A listener is nobody's requester.
  const isRequesting = options.some(
    ({ category, usage: word }) => category === "connection" && word.startsWith("--as "),
  );
  const own = options.filter(
    ({ category }) => category !== "arguments" && !(isRequesting && category === "connection"),
  );
  const wordRows = words.map(({ usage: word, about }) => [code(word), cell(about)]);
  return [
    `## hd ${name}\n\n${summary}.\n\n    ${usage}\n`,
    ...(words.length === 0 ? [] : [table(["argument", "meaning"], wordRows)]),
    table(["option", "meaning", "default", "variable"], optionRows(own)),
    ...(isRequesting ? ["Also the options for the [connection](#connection).\n"] : []),
  ].join("\n");
};

const connectionSection = (): string =>
  [
    "## Connection\n\nOptions of every command that asks something of NATS.\n",
    table(
      ["option", "meaning", "default", "variable"],
      optionRows(optionsOf("deploy").filter(({ category }) => category === "connection")),
    ),
  ].join("\n");

const exitSection = (): string => {
  const [title = "", ...lines] = exitCodesHelp.split("\n");
  return `## ${title}\n\n\`\`\`text\n${lines.join("\n").replace(/^\n+|\n+$/g, "")}\n\`\`\`\n`;
};

const commandsPage = page("Commands", "Every command says the same of itself with `--help`.", [
  ...commandTable.map(commandSection),
  connectionSection(),
  exitSection(),
]);

/** One row for each variable, with all options that it stands in for. */
const optionsPage = (): string => {
  const all = commandTable.flatMap(({ name }) => optionsOf(name));
  const variables = new Map<string, Option[]>();
  for (const option of all) {
    for (const name of option.variables) variables.set(name, [...(variables.get(name) ?? []), option]);
  }
  const rows = [...variables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, options]) => [
      code(name),
      [...new Set(options.map(({ usage }) => code(usage.replace(/^-\w, /, ""))))].join(", "),
      [...new Set(options.map(({ command }) => code(`hd ${command}`)))].join(", "),
    ]);
  const aliasRow = [code("HOMELAB_DEPLOY_ALIAS_<NAME>"), "a target by another name", code("hd deploy")];
  return page("Options from the environment", "An option on the command line wins over its variable.", [
    table(["variable", "stands for", "of"], [...rows, aliasRow]),
  ]);
};

const fieldRows = (fields: Fields): readonly (readonly string[])[] =>
  Object.entries(fields).map(([name, { presence, codec, sentence, fallback }]) => [
    code(name),
    presence === "defaulted" ? `default ${code(JSON.stringify(fallback))}` : presence,
    cell(sentence),
    cell(codec.sentence),
  ]);

const routeSection = ({ name, summary, address, carrier, effect, input, output, failures: codes }: AnyRoute): string =>
  [
    `## ${name}\n\n${summary}.\n`,
    `- subjects: ${address.map(code).join(", ")}`,
    `- carried by: ${carrier === "log" ? "the log" : "core messages"}`,
    `- effect: ${effect}`,
    `- failures of its own: ${codes.length === 0 ? "none" : codes.map(code).join(", ")}\n`,
    `### Request\n\n${table(["field", "presence", "meaning", "must be"], fieldRows(input.fields))}`,
    `### Response\n\n${table(["field", "presence", "meaning", "must be"], fieldRows(output.fields))}`,
  ].join("\n");

const routesPage = page(
  "Routes",
  "What can be asked of a host, and what it answers; `build` is asked of a builder. A field that is not listed is refused by hd and ignored by hosts.",
  [...routes, ...builderRoutes].map(routeSection),
);

const failuresPage = page(
  "Failures",
  "Every way in which a request, a command or a deployment can end badly. Retry: the same request, sent again later, can succeed.",
  [
    table(
      ["code", "meaning", "retry", "exit code"],
      Object.entries(failures).map(([name, { meaning, retry, exit }]) => [
        code(name),
        cell(meaning),
        retry ? "yes" : "no",
        String(exit),
      ]),
    ),
  ],
);

const presencePage = page(
  "Presence",
  `What a host announces: the value of ${code(presenceSubject("<hostname>" as HostName))} in the bucket ${code(presenceBucket)}, as JSON. A field that is not listed is ignored.`,
  [table(["field", "presence", "meaning", "must be"], fieldRows(Presence.fields))],
);

const pages: Readonly<Record<string, string>> = {
  "commands.md": commandsPage,
  "options.md": optionsPage(),
  "routes.md": routesPage,
  "failures.md": failuresPage,
  "presence.md": presencePage,
  "metrics.md": page(...metricsPage),
  "permissions.md": page(...permissionsPage),
  "tools.md": page(...toolsPage),
};

const words = process.argv.slice(2);
const [folder = join(import.meta.dirname, "../docs/reference")] = words.filter((word) => word !== "--check");

const isCurrent = (name: string, text: string): boolean => {
  try {
    return readFileSync(join(folder, name), "utf8") === text;
  } catch {
    return false;
  }
};

if (words.includes("--check")) {
  const stale = Object.entries(pages).filter(([name, text]) => !isCurrent(name, text));
  for (const [name] of stale) console.error(`docs/reference/${name} is not current; write it with: npm run docs`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
}
