/**
 * The set-up in a checkout of its own, with an npm, a build and a search for the server that only note that they ran. What
 * is out of date is said by the files' times, which are set, not waited for.
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../lib/nix/process.ts";

const test = suite("scripts/setup");
const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "hd-setup-"));
const steps = join(dir, "steps");

test.after(() => rmSync(dir, { recursive: true, force: true }));

const write = (path: string, text: string): string => {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const program = (path: string, text: string): void => chmodSync(write(path, text), 0o755);
const age = (path: string, seconds: number): void => utimesSync(join(dir, path), seconds, seconds);
const note = (step: string): string => `await (await import("node:fs/promises")).appendFile("${steps}", "${step}\\n");`;

/** npm as far as the set-up sees it: it leaves a loader for TypeScript, and the hidden lockfile last. */
const npm = `#!/bin/sh
echo npm "$@" >> "${steps}"
mkdir -p node_modules && ln -sfn "${join(root, "node_modules/tsx")}" node_modules/tsx
touch node_modules/.package-lock.json
`;

const fresh = (): void => {
  rmSync(dir, { recursive: true, force: true });
  write("package.json", '{ "type": "module", "engines": { "node": ">=20.19" } }');
  write("package-lock.json", "{}");
  write("lib/a.ts", "");
  write("cli/b.ts", "");
  cpSync(join(root, "scripts/setup.mjs"), join(dir, "scripts/setup.mjs"));
  write(
    "scripts/nats-server.ts",
    `const found: string = "nats-server 2.15.1 · here"; console.log(found); ${note("find")}`,
  );
  write(
    "scripts/build.mjs",
    `import { mkdirSync, writeFileSync } from "node:fs"; mkdirSync("dist", { recursive: true }); writeFileSync("dist/hd.mjs", ""); ${note("build")}`,
  );
  program("bin/npm", npm);
  program("bin/git", '#!/bin/sh\necho "git version 2.39.5"\n');
  for (const path of ["package-lock.json", "lib/a.ts", "cli/b.ts", "lib", "cli", "package.json", "scripts/build.mjs"])
    age(path, 1000);
};

const setUp = async (env: Record<string, string> = {}) => {
  rmSync(steps, { force: true });
  const path = [join(dir, "bin"), process.env["PATH"]].join(delimiter);
  const ran = await run([process.execPath, join(dir, "scripts/setup.mjs")], {
    cwd: tmpdir(),
    env: { ...process.env, PATH: path, ...env },
    timeoutMs: 60_000,
  });
  const done = await run(["cat", steps], { timeoutMs: 10_000 });
  return { ...ran, steps: done.stdout.split("\n").filter(Boolean), lines: ran.stdout.trim().split("\n") };
};

/** What a step took is nobody's to foresee. */
const untimed = (line: string): string => line.replace(/\(\d+\.\d s\)/, "(… s)");

test("a fresh checkout: each step once, a line each, whatever folder it is called from", async () => {
  fresh();
  const ran = await setUp();
  assert.is(ran.code, 0, ran.stderr);
  assert.equal(ran.steps, ["npm ci --include=dev", "find", "build"]);
  assert.equal(ran.lines.map(untimed), [
    `node ${process.versions.node} · ok`,
    "git 2.39.5 · ok",
    "dependencies · installed (… s)",
    "nats-server 2.15.1 · here",
    "build · dist/hd.mjs (… s)",
  ]);
});

test("a second time nothing is installed or built", async () => {
  const ran = await setUp();
  assert.equal(ran.steps, ["find"]);
  assert.equal(ran.lines.slice(2), ["dependencies · up to date", "nats-server 2.15.1 · here", "build · up to date"]);
});

test("a newer lockfile installs, and what is installed anew is bundled anew", async () => {
  age("node_modules/.package-lock.json", 1500);
  age("dist/hd.mjs", 2000);
  age("package-lock.json", 1600);
  assert.equal((await setUp()).steps, ["npm ci --include=dev", "find", "build"]);
});

test("an installation that was interrupted is made again", async () => {
  rmSync(join(dir, "node_modules/.package-lock.json"));
  assert.ok((await setUp()).steps.includes("npm ci --include=dev"));
});

test("a source that was changed or taken away is built", async () => {
  age("node_modules/.package-lock.json", 1700);
  age("dist/hd.mjs", 2000);
  assert.equal((await setUp()).steps, ["find"]);
  age("lib/a.ts", 2001);
  assert.equal((await setUp()).steps, ["find", "build"]);
  age("lib/a.ts", 1000);
  age("dist/hd.mjs", 2000);
  rmSync(join(dir, "cli/b.ts"));
  assert.equal((await setUp()).steps, ["find", "build"]);
});

const refused = async (sentence: RegExp, env: Record<string, string> = {}): Promise<void> => {
  const ran = await setUp(env);
  assert.is(ran.code, 1);
  assert.match(ran.stderr, sentence);
  assert.not.match(ran.stderr, "\u001b");
};

test("an old Node is told which one is needed", async () => {
  fresh();
  write("package.json", '{ "type": "module", "engines": { "node": ">=99.1" } }');
  await refused(/^node \d+\.\d+\.\d+ · homelab-deploy needs Node 99\.1 or newer$/m);
});

test("without git it says so", async () => {
  fresh();
  rmSync(join(dir, "bin/git"));
  await refused(/^git · git is not installed, or not on PATH$/m, { PATH: join(dir, "bin") });
});

test("a failing npm is quoted from its beginning, and nothing further runs", async () => {
  fresh();
  program("bin/npm", "#!/bin/sh\necho 'npm error the reason' >&2\nseq 1 500 >&2\nexit 7\n");
  await refused(/^dependencies · npm ci --include=dev ended with 7\nnpm error the reason\n1\n2\n/m);
  assert.not.ok((await setUp()).steps.includes("find"));
});

test("no server, no build", async () => {
  fresh();
  write("scripts/nats-server.ts", `console.error("tried: everything"); process.exitCode = 1; ${note("find")}`);
  await refused(/^tried: everything\nnats-server · none found, see above$/m);
  assert.equal((await setUp()).steps, ["find"]);
});

test.run();
