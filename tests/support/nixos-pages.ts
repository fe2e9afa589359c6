/** What is generated from the NixOS module and committed: the page of its options, and the units of a few machines. */
import { type Evaluate, type Evaluated, machine, moduleEvaluator, type Option } from "./nixos-module.ts";
import { unitText } from "./unit-text.ts";

/** Each is a file below tests/nixos/machines. */
const machines = ["host", "everything", "server", "builder"] as const;

const snapshotsOf = (name: string, { units, timers }: Evaluated): readonly (readonly [string, string])[] => [
  ...Object.entries(units).map(
    ([unit, value]) => [`tests/nixos/snapshots/${name}/${unit}.service`, unitText(value)] as const,
  ),
  ...Object.entries(timers).map(([unit, { description, timerConfig }]) => {
    const lines = Object.entries(timerConfig).map(([key, value]) => `${key}=${value}`);
    const text = `[Unit]\nDescription=${description}\n\n[Timer]\n${lines.join("\n")}\n`;
    return [`tests/nixos/snapshots/${name}/${unit}.timer`, text] as const;
  }),
];

/** Of plain values only what the module has. */
const nixText = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? "[ ]" : `[ ${value.map(nixText).join(" ")} ]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, one]) => `${name} = ${nixText(one)};`);
  return entries.length === 0 ? "{ }" : `{ ${entries.join(" ")} }`;
};

const cell = (text: string): string =>
  text.trim().replaceAll("\n", " ").replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("\\<", "&lt;");

const shown = (one: Option["default"]): string => {
  if (one === undefined) return "";
  return `\`${(one.code ?? nixText(one.value)).replaceAll(/\s+/g, " ").replaceAll("|", "\\|")}\``;
};

/** Markdown code is kept as it is; what stands outside of it must not be taken for HTML. */
const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith("`")
        ? part.replaceAll("\n", " ").replaceAll("|", "\\|")
        : cell(` ${part} `).replace(/^ ?| ?$/g, ""),
    )
    .join(" ")
    .replaceAll(/ +([.,:;)])/g, "$1")
    .replaceAll("( ", "(")
    .trim();

const row = (option: Option): string =>
  `| \`${option.name.replace(/^services\.homelab-deploy\./, "")}\` | ${cell(option.type)} | ${shown(option.default)} | ${shown(option.example)} | ${prose(option.description)} |\n`;

const head = "| option | type | default | example | meaning |\n| --- | --- | --- | --- | --- |\n";

const sections = [
  ["package", "All parts"],
  ["listener", "Listener"],
  ["server", "Server"],
  ["alerter", "Alerter"],
  ["builder", "Builder"],
  ["mcp", "MCP server"],
] as const;

const optionsPage = (options: readonly Option[]): string => {
  const parts = sections.map(([part, title]) => {
    const prefix = `services.homelab-deploy.${part}`;
    const own = options.filter(({ name, visible }) => visible && `${name}.`.startsWith(`${prefix}.`));
    return `\n## ${title}\n\n${head}${own.map(row).join("")}`;
  });
  return `<!-- Written by scripts/nixos.ts from the module; edit nixos/ instead. -->

# Options of the NixOS module

All below \`services.homelab-deploy\`. What they are for, with examples, is in [nixos.md](../nixos.md).
${parts.join("")}`;
};

const evaluatedWell = async (evaluate: Evaluate, name: string): Promise<Evaluated> => {
  const evaluated = await evaluate(machine(name));
  if (evaluated.failedAssertions.length > 0) throw new Error(`${name}: ${evaluated.failedAssertions.join("\n")}`);
  return evaluated;
};

/** By their paths; `undefined`, and the line that says so, where the module cannot be evaluated. */
export const nixosPages = async (): Promise<Readonly<Record<string, string>> | undefined> => {
  const evaluate = await moduleEvaluator();
  if (evaluate === undefined) return undefined;
  const pages: Record<string, string> = {};
  for (const name of machines) {
    const evaluated = await evaluatedWell(evaluate, name);
    for (const [path, text] of snapshotsOf(name, evaluated)) pages[path] = text;
    pages["docs/reference/nixos-options.md"] ??= optionsPage(evaluated.options);
  }
  return pages;
};
