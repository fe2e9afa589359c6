/**
 * Switches as real units of a real systemd, with a program of the test's own as the switch. It needs root and a machine that
 * is nobody's NixOS, because the unit has the name that a real switch has; elsewhere, a line that says so.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StorePath } from "../../../lib/contract/values.ts";
import { parseFlakeUrl } from "../../../lib/nix/flake-url.ts";
import { nixosEngine } from "../../../lib/nix/nixos-engine.ts";
import { switchUnit } from "../../../lib/nix/switching.ts";
import { isUnitActive, mayStartUnits } from "../../../lib/nix/systemd.ts";
import { launchJob } from "../../../lib/nix/units.ts";
import { commit, hostName, requestId } from "../../support/fixtures.ts";
import { leftOf, rightOf } from "../../support/rooted-engine-suite.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/nix, with a real systemd");
const dir = tempDir("nixos-systemd");

const program = (path: string, script: string): string => {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
};

let count = 0;

/** A machine whose nixos-rebuild does no more than switch, as the real one does it: `how` is how its output goes. */
const machine = (script: string, { leftMs = 20_000, how = "--pipe" } = {}) => {
  count += 1;
  const folder = join(dir, String(count));
  mkdirSync(join(folder, "bin"), { recursive: true });
  const switchProgram = program(join(folder, "bin", "switch-to-configuration"), script);
  const unit = `--collect --quiet --service-type=exec --unit=${switchUnit}`;
  const rebuild = program(join(folder, "rebuild"), `exec systemd-run ${unit} ${how} ${switchProgram} "$1"`);
  const flake = parseFlakeUrl("git+file:///none");
  if (isLeft(flake)) throw new Error(flake.left);
  const engine = nixosEngine({
    host: hostName("web1"),
    flake: flake.right,
    stateDir: folder,
    outputFile: join(folder, "output"),
    timeLeftMs: () => leftMs,
    env: process.env,
    programs: { "nix-env": program(join(folder, "nix-env"), "exit 0"), "nixos-rebuild": rebuild },
    graceMs: 200,
  });
  const target = { action: "switch", closure: folder as StorePath } as const;
  return {
    activate: engine.activate({ ...target, resolved: { commit: commit("a"), ref: "refs/heads/main" } }),
    rollBack: engine.rollBack(target),
    output: () => readFileSync(join(folder, "output"), "utf8"),
  };
};

const isActive = async (): Promise<boolean> => rightOf(await isUnitActive(switchUnit));

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it did not happen within 20 s");
    await delay(10);
  }
};

if (!mayStartUnits() || existsSync("/etc/NIXOS")) {
  console.log("skip: no systemd here that is ours to use");
} else {
  test("the exit code and the units come through, whether the switch ends at once or not", async () => {
    const named = "echo 'warning: the following units failed: bad.service' >&2; exit 4";
    for (const script of [named, `sleep 0.3; ${named}`]) {
      const { rollBack } = machine(script);
      assert.equal(rightOf(await rollBack()), { unitsFailed: true, named: ["bad.service"] });
    }
    for (const how of ["--pipe", "--wait"]) {
      const { activate, output } = machine(`sleep 0.3; ${named}`, { how });
      assert.equal(rightOf(await activate()), { unitsFailed: true, named: ["bad.service"] }, how);
      assert.is(output(), "warning: the following units failed: bad.service\n");
    }
    for (const code of [1, 2, 3, 100, 101]) {
      const { message } = leftOf(await machine(`exit ${code}`).rollBack());
      assert.match(message, new RegExp(`ended with exit code ${code}[.:]`));
    }
  });

  test("a switch that hangs is stopped with its unit, and none runs when we are back", async () => {
    for (const way of ["activate", "rollBack"] as const) {
      const of = machine("echo begun; exec sleep 600", { leftMs: 1000 });
      assert.is(leftOf(await of[way]()).code, "timeout");
      assert.is(of.output(), "begun\n");
      assert.is(await isActive(), false);
    }
  });

  test("the switch of somebody else is left alone", async () => {
    assert.is(spawnSync("systemd-run", ["--collect", "--quiet", `--unit=${switchUnit}`, "sleep", "600"]).status, 0);
    assert.is(leftOf(await machine("exit 0").activate()).code, "busy");
    assert.is(leftOf(await machine("exit 0", { leftMs: 300 }).rollBack()).code, "busy");
    assert.is(await isActive(), true);
    spawnSync("systemctl", ["stop", switchUnit]);
  });

  test("only the job is told when its unit is stopped, and nothing of it is left", async () => {
    const log = join(dir, "job.log");
    const child = `trap 'echo child >> ${log}' TERM; echo $$ > ${dir}/child; while :; do sleep 0.05; done`;
    const script = `setsid /bin/sh -c "${child.replaceAll("$", "\\$")}" & trap 'sleep 0.3; echo told; exit 1' TERM; while :; do sleep 0.05; done`;
    const argv = [program(join(dir, "job"), script)] as const;
    const env = { PATH: process.env["PATH"] ?? "" };
    rightOf(await launchJob({ id: requestId("J9"), argv, outputFile: log, timeoutMs: 60_000, env })());
    await until(() => existsSync(join(dir, "child")) && readFileSync(join(dir, "child"), "utf8") !== "");
    assert.is(spawnSync("systemctl", ["stop", "hd-job-J9"]).status, 0);
    assert.is(readFileSync(log, "utf8"), "told\n");
    assert.not(existsSync(`/proc/${readFileSync(join(dir, "child"), "utf8").trim()}`));
  });
}

test.run();
