/** package-lock.json pins each package by what it holds and says nothing of where it was downloaded from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("package-lock");

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
}

const lock: { readonly packages: Readonly<Record<string, Entry>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8"),
);
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

test("every package has its integrity, those for other machines too", () => {
  const without = packages.filter(([, { integrity }]) => !integrity?.startsWith("sha512-")).map(([path]) => path);
  assert.equal(without, []);
});

test("no package has an address", () => {
  assert.equal(
    packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
    [],
  );
});

test.run();
