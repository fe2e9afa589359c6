/** The command line that gives a command a /nix of its own, and what it is told. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inPrivateNix, preparePrivateNix } from "../../../lib/nix/private-nix.ts";
import { removeTree } from "../../../lib/nix/remove-tree.ts";

const test = suite("lib/nix/private-nix");
const dir = realpathSync(mkdtempSync(join(tmpdir(), "hd-private it's $HOME-")));

test.after(() => removeTree(dir));

const runIn = (...argv: [string, ...string[]]) => {
  const [program, ...args] = inPrivateNix(dir)(argv);
  return spawnSync(program, args, { encoding: "utf8" });
};

test("a command comes last and unchanged, whatever it holds", () => {
  const argv = inPrivateNix("/folder")(["nix", "build", "$(id)", "a b", "--"]);
  assert.is(argv[0], "unshare");
  assert.equal(argv.slice(-6), ["/folder", "nix", "build", "$(id)", "a b", "--"]);
  assert.is(argv.includes("--map-root-user"), process.getuid?.() !== 0);
});

test("the command sees a /nix that lies below the folder, and the machine sees nothing", async () => {
  const hadNix = existsSync("/nix");
  await preparePrivateNix(dir);
  const made = runIn("/bin/sh", "-c", 'echo "$1" > /nix/mark; pwd; ls /', "sh", "a  b");
  if (/unshare|mount/.test(made.stderr)) {
    console.log(`skip: no mount namespace for this user: ${made.stderr.trim()}`);
    return;
  }
  assert.is(made.status, 0, made.stderr);
  const [where, ...entries] = made.stdout.trim().split("\n");
  assert.is(where, "/");
  assert.ok(["etc", "nix", "usr", "tmp"].every((name) => entries.includes(name)));
  assert.equal(readdirSync(join(dir, "nix")), ["mark"]);
  assert.equal(readdirSync(join(dir, "root")), [], "what was mounted is gone with the command");
  assert.is(existsSync("/nix"), hadNix);
  assert.is(runIn("/bin/cat", "/nix/mark").stdout, "a  b\n");
});

test("the exit code is the command's", () => {
  const ran = runIn("/bin/sh", "-c", "exit 7");
  if (/unshare|mount/.test(ran.stderr)) {
    console.log(`skip: no mount namespace for this user: ${ran.stderr.trim()}`);
    return;
  }
  assert.is(ran.status, 7);
});

test.run();
