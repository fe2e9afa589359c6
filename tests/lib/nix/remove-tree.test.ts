/** A folder that may not be written is removed all the same. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { removeTree } from "../../../lib/nix/remove-tree.ts";

const test = suite("lib/nix/remove-tree");
const dir = mkdtempSync(join(tmpdir(), "hd-remove-"));

test.after(() => removeTree(dir));

test("removes a store whose folders may not be written, and nothing behind its links", async () => {
  const [store, kept] = [join(dir, "store"), join(dir, "kept")];
  mkdirSync(join(store, "a", "bin"), { recursive: true });
  mkdirSync(kept);
  writeFileSync(join(store, "a", "bin", "x"), "", { mode: 0o444 });
  symlinkSync(kept, join(store, "a", "link"));
  for (const folder of ["a/bin", "a"]) chmodSync(join(store, folder), 0o555);
  await removeTree(store);
  assert.not(existsSync(store));
  assert.ok(existsSync(kept));
});

test("what is not there is no failure", () => removeTree(join(dir, "none")));

test.run();
