/** The script for continuous integration, with a stand-in for npm that ends each step as told. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const script = join(import.meta.dirname, "../../.ci/run");
const test = suite("ci");
let folder = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "hd-ci-"));
});

test.after.each(() => rmSync(folder, { recursive: true, force: true }));

interface Steps {
  readonly test: string;
  readonly run: string;
  readonly start: string;
}

/** Each step is a line of shell; what was called, and whether anything could be read, goes to a file. */
const run = (steps: Steps): Promise<{ readonly code: unknown; readonly lines: readonly string[] }> => {
  const cases = Object.entries(steps).map(([name, body]) => `${name}) ${body} ;;`);
  const npm = `#!/bin/sh\nread -r line && exit 9\necho "$*" >> "${folder}/calls"\ncase $1 in\n${cases.join("\n")}\nesac\n`;
  writeFileSync(join(folder, "npm"), npm, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
  return new Promise((resolve) =>
    execFile(script, { env }, (error, output) =>
      resolve({ code: error?.code ?? 0, lines: output.trimEnd().split("\n") }),
    ),
  );
};

const closing = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => /^\d+ passed, \d+ failed/.test(line));

test("all well: the three commands of the README, and the sum once, last", async () => {
  const { code, lines } = await run({ test: "echo '7 passed, 0 failed, 2 skipped'", run: "true", start: "true" });
  assert.is(code, 0);
  assert.is(readFileSync(join(folder, "calls"), "utf8"), "test\nrun check\nstart -- --once\n");
  assert.equal(closing(lines), ["9 passed, 0 failed"]);
  assert.is(lines.at(-1), "9 passed, 0 failed");
  assert.ok(lines.includes("  7 passed, 0 failed, 2 skipped"));
});

test("a failing step does not keep the next from running", async () => {
  const { code, lines } = await run({ test: "echo '5 passed, 2 failed'; exit 1", run: "exit 1", start: "echo toured" });
  assert.is(code, 1);
  assert.ok(lines.includes("toured"));
  assert.is(lines.at(-1), "6 passed, 3 failed");
});

test("tests that end without totals, or with none, are a failure", async () => {
  assert.is((await run({ test: "exit 1", run: "true", start: "true" })).lines.at(-1), "2 passed, 1 failed");
  assert.is((await run({ test: "true", run: "true", start: "true" })).lines.at(-1), "2 passed, 1 failed");
  const contradicting = { test: "echo '5 passed, 0 failed'; exit 1", run: "true", start: "true" };
  assert.is((await run(contradicting)).lines.at(-1), "7 passed, 1 failed");
});

test.run();
