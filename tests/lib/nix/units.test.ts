/** Jobs really run: as units where systemd runs and we are root, elsewhere as sessions. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { launchJob } from "../../../lib/nix/units.ts";
import { requestId } from "../../support/fixtures.ts";
import { leftOf, rightOf } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/units");
const dir = mkdtempSync(join(tmpdir(), "hd-units-"));
const path = process.env["PATH"] ?? "";

test.after(() => rmSync(dir, { recursive: true, force: true }));

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

test.run();
