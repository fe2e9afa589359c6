/** The shell parts of the flake, run as a builder and a switch would run them. That Nix takes the flake is shown by the engines. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playgroundFlake } from "../../../../cli/up/flake/playground-flake.ts";

const test = suite("cli/up/flake/playground-flake");
const dir = mkdtempSync(join(tmpdir(), "hd-playground-"));
const commits = playgroundFlake({ hosts: ["web1", "lab-2"], system: "x86_64-linux" });

test.after(() => rmSync(dir, { recursive: true, force: true }));

const textOf = (index: number, path: string): string =>
  commits[index]?.files.find((file) => file.path === path)?.text ?? "";

/** As in a sandbox: no program but the shell itself. */
const build = (index: number) => {
  const out = join(dir, `out${index}`);
  const ran = spawnSync("/bin/sh", ["-eu"], {
    input: textOf(index, "hosts/web1"),
    env: { PATH: "", out },
    encoding: "utf8",
  });
  return { ...ran, out };
};

test("the flake names its hosts and the machine's system, and nothing is left to fill in", () => {
  const flake = textOf(0, "flake.nix");
  assert.match(flake, /hosts = \[ "web1" "lab-2" \];/);
  assert.match(flake, /system = "x86_64-linux";/);
  for (const { files } of commits) {
    assert.equal(
      files.map(({ path }) => path),
      ["flake.nix", "system/bin/switch-to-configuration", "hosts/web1", "hosts/lab-2"],
    );
    for (const { text } of files) assert.not.match(text, /@[A-Z]+@|undefined/);
  }
});

test("a host's script needs nothing but the shell; the good one writes its configuration", () => {
  const { status, stdout, out } = build(0);
  assert.is(status, 0);
  assert.is(stdout, "web1: checking the configuration\n");
  assert.is(readFileSync(out, "utf8"), "web1 says 'hello' on port 8080\n");
});

test("the broken one says what is wrong and writes nothing", () => {
  const { status, stderr, out } = build(2);
  assert.is(status, 1);
  assert.is(stderr, "error: web1: the port is 80800, but a port is at most 65535\n");
  assert.not(existsSync(out));
});

const closure = join(dir, "closure");
mkdirSync(join(closure, "bin"), { recursive: true });
const program = join(closure, "bin", "switch-to-configuration");
writeFileSync(program, textOf(0, "system/bin/switch-to-configuration"));
writeFileSync(join(closure, "manifest.nix"), "web1 says 'hello' on port 8080\n");
chmodSync(program, 0o755);

const switchTo = (action: string, root?: string) =>
  spawnSync(program, [action], {
    env: { PATH: process.env["PATH"], ...(root === undefined ? {} : { HD_ROOT: root }) },
    encoding: "utf8",
  });

test("switches below HD_ROOT, and says what it does", () => {
  const root = join(dir, "root");
  const link = join(root, "run", "current-system");
  for (const action of ["boot", "dry-activate"]) {
    assert.is(switchTo(action, root).status, 0);
    assert.not(existsSync(root), action);
  }
  for (const action of ["test", "switch"]) {
    const { status, stderr } = switchTo(action, root);
    assert.is(status, 0);
    assert.is(stderr, "activating the configuration...\nnow running: web1 says 'hello' on port 8080\n");
    assert.is(readlinkSync(link), closure);
    rmSync(link);
  }
});

test("without HD_ROOT it refuses: it would be somebody's machine", () => {
  for (const { status, stderr } of [switchTo("switch"), switchTo("switch", "")]) {
    assert.is.not(status, 0);
    assert.match(stderr, /HD_ROOT.*is not set/);
  }
});

test("refuses an action that it does not know", () => {
  const { status, stderr } = switchTo("reboot", dir);
  assert.is(status, 1);
  assert.match(stderr, /^usage: /);
});

test.run();
