/** Jobs really run: as units where systemd runs and we are root, elsewhere as sessions. What systemctl says is a stand-in's. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isUnitActive, launchJob } from "../../../lib/nix/units.ts";
import { requestId } from "../../support/fixtures.ts";
import { leftOf, rightOf } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/units");
const dir = mkdtempSync(join(tmpdir(), "hd-units-"));
const path = process.env["PATH"] ?? "";

test.after(() => rmSync(dir, { recursive: true, force: true }));
test.after.each(() => {
  process.env["PATH"] = path;
});

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it did not happen within 20 s");
    await delay(10);
  }
};

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

const job = (name: string, ...argv: [string, ...string[]]) => ({
  id: requestId(name),
  argv,
  outputFile: join(dir, `${name}.log`),
  timeoutMs: 60_000,
  env: { PATH: path, GREETING: "hello $PATH %h" },
});

test("a job gets its arguments and its environment as they are, and writes to its file", async () => {
  const one = job("J1", "/bin/sh", "-c", 'echo "$GREETING"; echo "$@" >&2; pwd', "sh", "a b", "$HOME", "%h", "--x", "");
  rightOf(await launchJob(one)());
  await until(() => textOf(one.outputFile).endsWith("/\n"));
  assert.is(textOf(one.outputFile), "hello $PATH %h\na b $HOME %h --x \n/\n");
});

test("a job outlives whoever started it", async () => {
  const one = job("J2", "/bin/sh", "-c", `echo begun; while [ ! -e ${dir}/go ]; do sleep 0.02; done; echo ended`);
  const units = new URL("../../../lib/nix/units.ts", import.meta.url).href;
  const script = `const { launchJob } = await import(${JSON.stringify(units)});
    await launchJob(${JSON.stringify(one)})();
    process.kill(process.pid, "SIGKILL");`;
  const argv = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", script];
  assert.is(spawnSync(process.execPath, argv).signal, "SIGKILL");
  await until(() => textOf(one.outputFile) === "begun\n");
  writeFileSync(join(dir, "go"), "");
  await until(() => textOf(one.outputFile) === "begun\nended\n");
});

test("a program that is not there is a failure that names it and the request", async () => {
  const failure = leftOf(await launchJob(job("J3", join(dir, "no-such-program")))());
  assert.is(failure.code, "internal");
  assert.match(failure.message, /^The job of request J3 could not be started: .*no-such-program/);
});

const systemctlThat = (script: string): void => {
  const program = join(dir, "systemctl");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  process.env["PATH"] = `${dir}:${path}`;
};

test("a unit counts as active from its start to its very end, and never when it is not loaded", async () => {
  const answers: readonly (readonly [load: string, active: string, expected: boolean])[] = [
    ["loaded", "active", true],
    ["loaded", "activating", true],
    ["loaded", "deactivating", true],
    ["loaded", "reloading", true],
    ["loaded", "inactive", false],
    ["loaded", "failed", false],
    ["not-found", "inactive", false],
    ["not-found", "active", false],
  ];
  for (const [load, active, expected] of answers) {
    systemctlThat(`printf 'LoadState=%s\\nActiveState=%s\\n' ${load} ${active}`);
    assert.is(rightOf(await isUnitActive("x.service")), expected, `${load} ${active}`);
  }
});

test("a systemd that does not answer is a failure, not an inactive unit", async () => {
  systemctlThat("echo 'Failed to connect to bus: No such file or directory' >&2; exit 1");
  const answer = await isUnitActive("x.service");
  assert.ok(isLeft(answer));
  assert.match(leftOf(answer).message, /^Whether x\.service runs cannot be told: Failed to connect to bus/);
  systemctlThat("exit 1");
  assert.match(leftOf(await isUnitActive("x.service")).message, /its program ended with exit code 1/);
});

test.run();
