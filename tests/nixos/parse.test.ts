/** Every Nix file of the project is one. What it means is told by an evaluation; a file that none reaches is told here. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nixTools, parsed } from "../support/nix.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("nixos/parse");
const root = join(import.meta.dirname, "../..");
const nix = await nixTools();

const files = [
  "flake.nix",
  ...readdirSync(join(root, "nixos"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".nix"))
    .map((path) => join("nixos", path)),
];

if (nix !== undefined) {
  for (const file of files)
    test(file, async () => {
      const { code, stderr } = await parsed(nix, join(root, file));
      assert.is(code, 0, stderr);
    });

  test("a file with a mistake is seen", async () => {
    const file = join(tempDir("parse"), "wrong.nix");
    writeFileSync(file, "{ lib }: { a = 1 }\n");
    assert.match((await parsed(nix, file)).stderr, /syntax error, unexpected '}'/);
  });
} else test.skip("all of it");

test.run();
