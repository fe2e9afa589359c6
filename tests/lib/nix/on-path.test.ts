/** Programs are found as a shell finds them, and none is started. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { notOnPath } from "../../../lib/nix/on-path.ts";

const test = suite("lib/nix/on-path");

const dir = mkdtempSync(join(tmpdir(), "hd-path-"));
test.after(() => rmSync(dir, { recursive: true, force: true }));

test("what is there and can be run, in any folder of PATH", async () => {
  for (const folder of ["one", "two"]) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, "one/git"), "", { mode: 0o755 });
  writeFileSync(join(dir, "two/nix"), "", { mode: 0o755 });
  const env = { PATH: `${join(dir, "one")}:/nonexistent:${join(dir, "two")}` };
  assert.equal(await notOnPath(["git", "nix", "nixos-rebuild"], env), ["nixos-rebuild"]);
  assert.equal(await notOnPath(["git"], {}), ["git"]);
  assert.equal(await notOnPath(["git"], { PATH: "relative:" }), ["git"]);
});

test.run();
