/** What systemctl says is a stand-in's: each script below is found on PATH before the real one. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failedUnits, isUnitActive } from "../../../lib/nix/systemd.ts";
import { leftOf, rightOf } from "../../support/rooted-engine-suite.ts";

const test = suite("lib/nix/systemd");
const dir = mkdtempSync(join(tmpdir(), "hd-systemd-"));
const path = process.env["PATH"] ?? "";

test.after(() => rmSync(dir, { recursive: true, force: true }));
test.after.each(() => {
  process.env["PATH"] = path;
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

test("the failed units are listed by name, whatever stands around them", async () => {
  systemctlThat(
    `printf '%s\\n' "$@" > ${dir}/asked; printf '● nginx.service loaded failed failed Web\\ndev-sd\\\\x2da.swap x\\n'`,
  );
  assert.equal(rightOf(await failedUnits(true)), ["nginx.service", "dev-sd\\x2da.swap"]);
  assert.match(readFileSync(join(dir, "asked"), "utf8"), /^list-units\n--state=failed\n/);
});

test("where there is no systemd no unit fails; one that does not answer is a failure", async () => {
  systemctlThat("echo 'Failed to connect to bus' >&2; exit 1");
  assert.equal(rightOf(await failedUnits(false)), []);
  assert.match(
    leftOf(await failedUnits(true)).message,
    /^Which units failed cannot be told: Failed to connect to bus\. /,
  );
});

test.run();
