/** The runner against planted test files: whatever a file does wrong is a failure with a reason, and nothing of it is left. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { verdict } from "../runner/verdict.ts";

const runner = join(import.meta.dirname, "../run.ts");
const test = suite("run");
let folder = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "hd-run-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
});

test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const plant = (name: string, body: string): void => {
  const path = join(folder, `${name}.test.ts`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `import { spawn } from "node:child_process";
     import { connect } from "node:net";
     import { test } from ${JSON.stringify(import.meta.resolve("uvu"))};
     ${body}`,
  );
};

const start = (filters: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ["--import", "tsx", runner, ...filters], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HD_TEST_ROOT: folder, ...env },
  });
  const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
    ([[code], output, errors]) => ({ code, output, errors, lines: output.trimEnd().split("\n") }),
  );
  return { child, ended };
};

const run = (filters?: readonly string[], env?: NodeJS.ProcessEnv) => start(filters, env).ended;

const isRunning = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
};

test("files that pass: a line each, their sum last, exit 0", async () => {
  plant("a/one", `test("x", () => {}); test("y", () => {}); test.run();`);
  plant("two", `test("z", () => {}); test.run();`);
  const { code, lines } = await run();
  assert.is(code, 0);
  assert.ok(lines.some((line) => /^✓ a\/one {2}2 passed {2}\d+\.\d s$/.test(line)));
  assert.ok(lines.some((line) => /^✓ two {4}1 passed {2}\d+\.\d s$/.test(line)));
  assert.is(lines.at(-1), "3 passed, 0 failed");
});

test("a file that fails: its whole output, indented, and exit 1", async () => {
  plant("bad", `test("x", () => { console.log("5 passed, 0 failed"); throw new Error("boom"); }); test.run();`);
  plant("good", `console.log("quiet"); test("y", () => {}); test.run();`);
  const { code, output, lines } = await run();
  assert.is(code, 1);
  assert.match(output, /^✗ bad {3}1 failed, 0 passed/m);
  assert.match(output, /^ {4}.*boom/m);
  assert.not.match(output, /quiet/);
  assert.equal(
    lines.filter((line) => /^\d+ passed/.test(line)),
    ["1 passed, 1 failed"],
  );
  assert.is(lines.at(-1), "1 passed, 1 failed");
});

/** With a deadline that lets the planted file start first: how long that takes is the machine's affair. */
const runLate = async (timeoutS: number): Promise<Awaited<ReturnType<typeof run>>> => {
  const ended = await run([], { HD_TEST_TIMEOUT_S: String(timeoutS) });
  return timeoutS > 50 || ended.output.includes("pid ") ? ended : runLate(timeoutS * 4);
};

test("a file that is late is killed with all that it started", async () => {
  plant(
    "hang",
    `const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
     console.log("pid", child.pid);
     test("x", () => new Promise(() => {})); test.run();`,
  );
  const { code, output, lines } = await runLate(1);
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  assert.is(code, 1);
  assert.match(output, /took longer than \d+ s and was killed/);
  assert.is(lines.at(-1), "0 passed, 1 failed");
  assert.ok(pid > 0);
  assert.not.ok(isRunning(pid));
});

test("what a file leaves running is named and killed, also in a session of its own or without its environment", async () => {
  plant(
    "leak",
    `test("x", () => {
       const start = (options) => spawn("sleep", ["600"], { stdio: "ignore", ...options }).unref();
       start({ env: {} });
       start({ detached: true });
     });
     test.run();`,
  );
  const { code, output, lines } = await run();
  const pids = [...output.matchAll(/left running, and killed: sleep 600 \(process (\d+)\)/g)].map(([, pid]) =>
    Number(pid),
  );
  assert.is(code, 1);
  assert.is(pids.length, 2);
  assert.not.ok(pids.some(isRunning));
  assert.is(lines.at(-1), "1 passed, 1 failed");
});

test("a file that runs nothing is a failure: no totals, no test, a hook that throws, an early end", async () => {
  plant("none", "");
  plant("empty", "test.run();");
  plant("hook", `test.before(() => { throw new Error("boom"); }); test("x", () => {}); test.run();`);
  plant("early", `test("x", () => process.exit(0)); test.run();`);
  const { code, output, lines } = await run();
  assert.is(code, 1);
  assert.match(output, /^✗ none .*\n {2}ended with exit code 0 and without uvu's totals$/m);
  assert.match(output, /^✗ empty .*\n {2}ran 0 tests$/m);
  assert.match(output, /^✗ hook .*\n {2}1 of 1 tests did not pass$/m);
  assert.match(output, /^✗ early .*\n {2}ended with exit code \d and without uvu's totals$/m);
  assert.is(lines.at(-1), "0 passed, 4 failed");
});

test("a skip is shown with its reason and counted, and without a reason it is a failure", async () => {
  plant("said", `test("x", () => { console.log("skip: no Nix here"); }); test("y", () => {}); test.run();`);
  plant("silent", `test("x", () => {}); test.skip("y", () => {}); test.run();`);
  const { code, output, lines } = await run();
  assert.is(code, 1);
  assert.match(output, /^✓ said .*1 passed, 1 skipped.*\n {2}skip: no Nix here$/m);
  assert.match(output, /^✗ silent .*\n {2}skipped tests without a line `skip: <reason>`$/m);
  assert.is(lines.at(-1), "2 passed, 1 failed, 2 skipped");
});

test("arguments choose files by a part of the path or a regular expression", async () => {
  for (const name of ["lib/alpha", "lib/beta", "cli/alpha"]) plant(name, `test("x", () => {}); test.run();`);
  assert.is((await run(["lib/"])).lines.at(-1), "2 passed, 0 failed");
  assert.is((await run(["^cli", "beta"])).lines.at(-1), "2 passed, 0 failed");
  const none = await run(["(gamma"]);
  assert.is(none.code, 1);
  assert.match(none.errors, "matches: (gamma");
});

test("an interruption reaches the file that runs, and no other is started", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const wait = `connect(${port}, "127.0.0.1"); test("x", () => new Promise(() => {})); test.run();`;
  for (let i = 0; i < 64; i++) plant(`wait-${i}`, wait);
  const { child, ended } = start();
  const [socket] = await once(server, "connection");
  child.kill("SIGINT");
  const { code, output, lines } = await ended;
  socket.destroy();
  server.close();
  assert.is(code, 130);
  assert.match(output, /ended by SIGINT/);
  assert.match(output, /Interrupted: \d+ of 64 files were not run/);
  assert.match(lines.at(-1) ?? "", /^0 passed, \d+ failed$/);
});

const totals = (total: number, passed: number, skipped: number) =>
  `\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n\n`;
const ended = { code: 0, signal: null, lateAfterMs: undefined, left: [] };

test("a skipped line behind uvu's dots counts, one for several skipped tests too", () => {
  const { passed, skipped, failed } = verdict({ ...ended, output: ` name  • • skip: no git\n${totals(2, 2, 3)}` });
  assert.equal({ passed, skipped, failed }, { passed: 2, skipped: 3, failed: 0 });
});

test("a file that skips all it has, with the reason, is no failure", () => {
  const { passed, skipped, failed } = verdict({ ...ended, output: `skip: no systemd\n${totals(0, 0, 2)}` });
  assert.equal({ passed, skipped, failed }, { passed: 0, skipped: 2, failed: 0 });
});

test("an exit code that the totals do not explain is a failure", () => {
  const { failed, faults } = verdict({ ...ended, code: 3, output: totals(2, 2, 0) });
  assert.is(failed, 1);
  assert.equal(faults, ["ended with exit code 3 although no test failed"]);
});

test.run();
