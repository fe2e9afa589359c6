/** docs/reference/tools.md: the tools of `hd mcp`, from the values that they are. */
import { allTools } from "../cli/mcp/all-tools.ts";
import type { Need, Tool } from "../cli/mcp/tool.ts";

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("\n", " ");

const rowsOf = (rows: readonly (readonly string[])[]): string => rows.map((row) => `| ${row.join(" | ")} |\n`).join("");

const needs: Readonly<Record<Need, string>> = {
  read: "a key that reads the log",
  deploy: "a key that may ask somewhere",
  admin: "`--enable-admin`, and a key of its own",
  build: "`--enable-builds`",
};

const fields = ({ input: { fields: all } }: Tool): readonly (readonly string[])[] =>
  Object.entries(all).map(([name, { presence, fallback, sentence, codec }]) => [
    code(name),
    presence === "defaulted" ? `default ${code(JSON.stringify(fallback))}` : presence,
    cell(sentence),
    cell(codec.sentence),
  ]);

const effectOf = ({ hints }: Tool): string => {
  if (hints.readOnly) return "reads only";
  return hints.destructive ? "changes hosts" : "changes the log, not hosts";
};

const section = (tool: Tool): string =>
  [
    `## ${tool.name}\n\n${tool.description}\n`,
    `- needs: ${needs[tool.need]}`,
    `- effect: ${effectOf(tool)}${tool.hints.idempotent ? "; a second call does no more than the first" : ""}`,
    ...(tool.aliases === undefined ? [] : [`- also called: ${tool.aliases.map(code).join(", ")}`]),
    `- answers with: ${Object.keys(tool.output.fields).map(code).join(", ")}\n`,
    ...(fields(tool).length === 0
      ? ["No arguments.\n"]
      : [rowsOf([["argument", "presence", "meaning", "must be"], ["---", "---", "---", "---"], ...fields(tool)])]),
  ].join("\n");

const intro =
  "What `hd mcp` offers an assistant; how to set it up is in [mcp.md](../mcp.md). An argument that is not listed is refused.";

export const toolsPage: readonly [title: string, intro: string, sections: readonly string[]] = [
  "Tools",
  intro,
  allTools.map(section),
];
