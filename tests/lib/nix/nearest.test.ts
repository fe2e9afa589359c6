/** Which names a misspelt revision may have meant. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nearest } from "../../../lib/nix/nearest.ts";

const test = suite("lib/nix/nearest");

test("the closest names first, the same distance by the alphabet", () => {
  const names = ["release", "main", "maim", "v1", "mane", "feature/main", "main"];
  assert.equal(nearest("mian", names, 3), ["main", "mane", "maim"]);
  assert.equal(nearest("MAIN", names, 1), ["main"]);
  assert.equal(nearest("v2", names, 1), ["v1"]);
});

test("none of none, and no more than there are", () => {
  assert.equal(nearest("main", [], 5), []);
  assert.equal(nearest("main", ["a"], 5), ["a"]);
  assert.equal(nearest("", ["b", "a"], 5), ["a", "b"]);
});

test("a remote with very many names is no trouble", () => {
  const names = Array.from({ length: 100_000 }, (_, number) => `release/2026/${number}`);
  assert.is(nearest("r".repeat(255), names, 5).length, 5);
});

test.run();
