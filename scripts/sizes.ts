/**
 * Holds the sources to their sizes: `node --import tsx scripts/sizes.ts [root]`. A file that grows past the limit holds a
 * second idea, which wants a file and a name of its own; so does a function. Those within a function count as part of it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const limits = { fileLines: 200, fileLinesMedian: 60, functionLines: 40, functionLinesP90: 15 };
const folders = ["lib", "handlers", "streams", "cli", "scripts", "bench"];
const root = process.argv[2] ?? join(import.meta.dirname, "..");

interface Measured {
  readonly name: string;
  readonly lines: number;
}

interface Source {
  readonly path: string;
  readonly lines: number;
  readonly functions: readonly Measured[];
}

/** The smallest value that at least this share of the values does not exceed; 0 when there are none. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

/** Declarations, methods and arrows bound to a name: what a reader looks for by its name. */
const isNamed = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ((ts.isArrowFunction(node) || ts.isFunctionExpression(node)) &&
    (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent)));

const nameOf = (node: ts.Node): string => {
  const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) ? node : node.parent;
  return "name" in named && typeof named.name === "object" ? (named.name as ts.Node).getText() : "a function";
};

const measureFunctions = (file: ts.SourceFile): Measured[] => {
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const found: Measured[] = [];
  const visit = (node: ts.Node): void => {
    if (isNamed(node))
      found.push({ name: nameOf(node), lines: lineAt(node.getEnd()) - lineAt(node.getStart(file)) + 1 });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

const measure = (path: string): Source => {
  const text = readFileSync(path, "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return { path: relative(root, path), lines, functions: measureFunctions(file) };
};

const sources = folders
  .map((folder) => join(root, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
  .filter((path) => path.endsWith(".ts"))
  .map(measure);

const fileLines = sources.map(({ lines }) => lines);
const median = quantile(fileLines, 0.5);
const p90 = quantile(
  sources.flatMap(({ functions }) => functions.map(({ lines }) => lines)),
  0.9,
);
const faults = [
  ...sources
    .filter(({ lines }) => lines > limits.fileLines)
    .map(({ path, lines }) => `${path} has ${lines} lines; at most ${limits.fileLines}`),
  ...sources.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > limits.functionLines)
      .map(({ name, lines }) => `${name} in ${path} has ${lines} lines; at most ${limits.functionLines}`),
  ),
  ...(median > limits.fileLinesMedian
    ? [`the median file has ${median} lines; at most ${limits.fileLinesMedian}`]
    : []),
  ...(p90 > limits.functionLinesP90
    ? [`the 90th percentile of functions has ${p90} lines; at most ${limits.functionLinesP90}`]
    : []),
];

for (const fault of faults) console.error(fault);
console.log(
  `sizes: ${sources.length} files, median ${median} lines, longest ${quantile(fileLines, 1)}; functions: p90 ${p90} lines`,
);
if (faults.length > 0) process.exitCode = 1;
