/** The lint rules that this project lives by, each against a planted violation: a rule that is misspelt or off stays silent. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "../..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

const branches = Array.from({ length: 11 }, (_, index) => `  if (value === ${index}) count += 1;\n`).join("");
const lines = Array.from({ length: 41 }, (_, index) => `  sum += value % ${index + 2};\n`).join("");

const planted: Readonly<Record<string, readonly [path: string, source: string]>> = {
  noExcessiveCognitiveComplexity: [
    "lib/branches.ts",
    `export const f = (value: number) => {\n  let count = 0;\n${branches}  return count;\n};\n`,
  ],
  noExcessiveLinesPerFunction: [
    "lib/long.ts",
    `export const f = (value: number) => {\n  let sum = 0;\n${lines}  return sum;\n};\n`,
  ],
  noUndeclaredDependencies: ["lib/takes-dev.ts", 'import * as fc from "fast-check";\nexport const f = fc.string;\n'],
  noUnusedImports: ["lib/idle-import.ts", 'import { join } from "node:path";\nexport const f = 1;\n'],
  noUnusedVariables: ["lib/idle-variable.ts", "const idle = 1;\nexport const f = 2;\n"],
  useImportExtensions: ["lib/bare-path.ts", 'import { f } from "./bare-target";\nexport const g = f;\n'],
  noDefaultExport: ["lib/default-export.ts", "export default 1;\n"],
  noEnum: ["lib/enum.ts", "export enum Tier {\n  test = 0,\n}\n"],
  noNonNullAssertion: ["lib/asserts.ts", "export const f = (value: string | undefined) => value!;\n"],
  noParameterAssign: ["lib/assigns.ts", "export function f(value: number) {\n  value = 1;\n  return value;\n}\n"],
  noRestrictedImports: ["lib/takes-option.ts", 'import { some } from "fp-ts/lib/Option.js";\nexport const f = some;\n'],
  useFilenamingConvention: ["lib/camelCase.ts", "export const f = 1;\n"],
  useImportType: ["lib/value-import.ts", 'import { Stats } from "node:fs";\nexport type S = Stats;\n'],
  useNodejsImportProtocol: ["lib/no-protocol.ts", 'import { join } from "path";\nexport const f = join;\n'],
  noConsole: ["lib/prints.ts", 'console.log("x");\nexport const f = 1;\n'],
  noExplicitAny: ["lib/any.ts", "export const f = (value: any) => value;\n"],
  noImportCycles: ["lib/cycle.ts", 'import { g } from "./cycle-back.ts";\nexport const f = () => g();\n'],
  noFloatingPromises: ["lib/floats.ts", "const g = async () => 1;\nexport const f = () => {\n  g();\n};\n"],
  noMisusedPromises: [
    "lib/misuses.ts",
    "const g = async () => true;\nexport const f = () => {\n  if (g()) return 1;\n  return 2;\n};\n",
  ],
  useExhaustiveSwitchCases: [
    "lib/switches.ts",
    'export const f = (tier: "test" | "prod") => {\n  switch (tier) {\n    case "test":\n      return 1;\n  }\n  return 2;\n};\n',
  ],
};

const innocent: Readonly<Record<string, string>> = {
  "lib/bare-target.ts": "export const f = 1;\n",
  "lib/cycle-back.ts": 'import { f } from "./cycle.ts";\nexport const g = () => f;\n',
  "lib/two-words.test.ts": 'import { left } from "fp-ts/lib/Either.js";\nexport const f = left;\n',
  "examples/01-first-deployment.ts": 'import * as fc from "fast-check";\nconsole.log(fc.string);\n',
};

const test = suite("lint");
let folder = "";

const write = (path: string, source: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), source);
};

const run = (name: string, argv: readonly string[]): Promise<string> =>
  new Promise((resolve) => execFile(bin(name), argv, { cwd: folder, maxBuffer: 1e8 }, (_, stdout) => resolve(stdout)));

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "hd-lint-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const file of ["package.json", "tsconfig.json", "biome.json", "eslint.config.mjs"])
    cpSync(join(root, file), join(folder, file));
  for (const [path, source] of [...Object.values(planted), ...Object.entries(innocent)]) write(path, source);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test("Biome reports each planted violation, and nothing where there is none", async () => {
  const { diagnostics } = JSON.parse(await run("biome", ["lint", "--reporter=json", "--max-diagnostics=none", "."]));
  const found = diagnostics.map(({ category, location }: { category: string; location: { path: string } }) =>
    [location.path, category.split("/").at(-1)].join(" "),
  );
  const cycleBack = "lib/cycle-back.ts noImportCycles";
  const expected = Object.entries(planted).map(([rule, [path]]) => `${path} ${rule}`);
  assert.equal(new Set(found), new Set([...expected, cycleBack]));
});

test("ESLint reports a task that nobody runs, and no comment can switch that off", async () => {
  write(
    "lib/discards.ts",
    `import * as TE from "fp-ts/lib/TaskEither.js";
export const f = async () => {
  // eslint-disable-next-line fp-ts/no-discarded-pure-expression
  TE.right(1);
  await TE.right(2);
  return TE.right(3);
};
`,
  );
  const results = JSON.parse(await run("eslint", ["--format", "json", "."]));
  const found = results.flatMap(({ messages }: { messages: { ruleId: string | null; line: number }[] }) =>
    messages.filter(({ ruleId }) => ruleId !== null).map(({ ruleId, line }) => `${ruleId} ${line}`),
  );
  assert.equal(found, ["fp-ts/no-discarded-pure-expression 4", "fp-ts/no-discarded-pure-expression 5"]);
});

test.run();
