/** The bundle, from a scratch entry whose lazy commands use what the real ones will: it runs where there is no node_modules. */
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "../..");

/** Each command prints one line of JSON. */
const commands: Readonly<Record<string, readonly [source: string, prints: unknown]>> = {
  version: [
    "export const run = () => __HD_VERSION__;",
    JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
  ],
  nats: [
    `import { jetstream } from "@nats-io/jetstream";
     import { connect } from "nats";
     import { fromSeed, createUser } from "nkeys.js";
     export const run = async () => {
       const error = await connect({ servers: "127.0.0.1:1", timeout: 2000 }).catch((reason) => reason);
       return [typeof jetstream, error.name, fromSeed(createUser().getSeed()).getPublicKey()[0]];
     };`,
    ["function", "ConnectionError", "U"],
  ],
  pino: [
    `import { pino } from "pino";
     export const run = () => {
       const lines = [];
       pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) }).info({ seq: 41 }, "stored");
       pino(pino.destination({ dest: 2, sync: true })).info("to stderr");
       return lines;
     };`,
    [{ level: 30, seq: 41, msg: "stored" }],
  ],
  "cmd-ts": [
    `import { command, option, runSafely, string } from "cmd-ts";
     const tag = command({ name: "tag", args: { name: option({ long: "name", type: string }) }, handler: ({ name }) => name });
     export const run = () => runSafely(tag, ["--name", "web1"]).then(({ value }) => value);`,
    "web1",
  ],
  terminal: [
    `import { createLogUpdate } from "log-update";
     import pc from "picocolors";
     import prettyMs from "pretty-ms";
     export const run = () => {
       createLogUpdate(process.stderr)("drawn");
       return [typeof pc.red, prettyMs(1500)];
     };`,
    ["function", "1.5s"],
  ],
  contract: [
    `import { isLeft } from "fp-ts/lib/Either.js";
     import { pipe } from "fp-ts/lib/function.js";
     import * as TE from "fp-ts/lib/TaskEither.js";
     import * as t from "io-ts";
     import { ulid } from "ulid";
     export const run = async () => [
       isLeft(t.strict({ id: t.string }).decode({ id: 1 })),
       await pipe(TE.right(ulid().length), TE.map((length) => length + 1))(),
     ];`,
    [true, { _tag: "Right", right: 27 }],
  ],
};

const entry = `const commands = { ${Object.keys(commands)
  .map((name) => `"${name}": () => import("./${name}.ts")`)
  .join(", ")} };
console.log(JSON.stringify(await (await commands[process.argv[2]]()).run()));`;

interface Ended {
  readonly code: unknown;
  readonly output: string;
  readonly errors: string;
}

const run = (file: string, argv: readonly string[]): Promise<Ended> =>
  new Promise((resolve) =>
    execFile(file, argv, (error, output, errors) => resolve({ code: error?.code ?? 0, output, errors })),
  );

const build = (source: string, target: string): Promise<Ended> =>
  run(process.execPath, [join(root, "scripts/build.mjs"), source, target]);

const test = suite("build");
let sources = "";
let bundle = "";
let built: Ended;

test.before(async () => {
  sources = mkdtempSync(join(tmpdir(), "hd-build-"));
  bundle = mkdtempSync(join(tmpdir(), "hd-bundle-"));
  symlinkSync(join(root, "node_modules"), join(sources, "node_modules"));
  writeFileSync(join(sources, "main.ts"), entry);
  for (const [name, [source]] of Object.entries(commands)) writeFileSync(join(sources, `${name}.ts`), source);
  writeFileSync(join(bundle, "hd-old-0000.mjs"), "");
  writeFileSync(join(bundle, "kept.txt"), "");
  built = await build(join(sources, "main.ts"), bundle);
});

test.after(() => {
  for (const folder of [sources, bundle]) rmSync(folder, { recursive: true, force: true });
});

test("one line says what was made", () => {
  assert.is(built.errors, "");
  assert.match(built.output, /^\S*hd\.mjs {2}\d+ kB in \d+ files\n$/);
});

test("the files of the last build are gone, and no others", () => {
  const files = readdirSync(bundle);
  assert.not.ok(files.includes("hd-old-0000.mjs"));
  assert.ok(files.includes("kept.txt"));
});

test("the entry can be executed and holds no command", () => {
  const { mode, size } = statSync(join(bundle, "hd.mjs"));
  assert.is(mode & 0o777, 0o755);
  assert.ok(size < 2000);
});

test("the licences of what is bundled go with it", () => {
  const texts = readFileSync(join(bundle, "LICENSES.txt"), "utf8");
  for (const name of ["cmd-ts", "fp-ts", "nats", "@nats-io/nats-core", "pino"]) assert.match(texts, `\n${name}\n\n`);
  assert.not.match(texts, "esbuild");
});

test("fp-ts and io-ts shake", () => {
  const file = readdirSync(bundle).find((name) => name.startsWith("hd-contract-"));
  assert.ok(statSync(join(bundle, String(file))).size < 30_000);
});

for (const [name, [, prints]] of Object.entries(commands))
  test(`${name} works from the bundle`, async () => {
    const { output, errors } = await run(join(bundle, "hd.mjs"), [name]);
    assert.equal(JSON.parse(output || JSON.stringify(errors)), prints);
  });

test("a fault in the sources is shown with its line, without a stack, and the last bundle stays", async () => {
  mkdirSync(join(sources, "broken"));
  writeFileSync(join(sources, "broken/main.ts"), 'import "./nowhere.ts";\n');
  const { code, errors } = await build(join(sources, "broken/main.ts"), bundle);
  assert.is(code, 1);
  assert.match(errors, /Could not resolve "\.\/nowhere\.ts"/);
  assert.match(errors, /broken\/main\.ts:1:7/);
  assert.not.match(errors, /^ +at /m);
  assert.ok(readdirSync(bundle).includes("hd.mjs"));
});

test.run();
