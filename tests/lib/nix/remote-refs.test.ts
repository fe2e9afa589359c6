/** What git prints of a remote, read without trusting it. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseRefs, shortName } from "../../../lib/nix/remote-refs.ts";

const test = suite("lib/nix/remote-refs");
const [a, b] = ["a".repeat(40), "b".repeat(40)];

test("branches, light tags and annotated tags", () => {
  const output = `${a}\trefs/heads/main\n${b}\trefs/tags/v1\n${a}\trefs/tags/v1^{}\n${b}\trefs/tags/light\n`;
  assert.equal(parseRefs(output), [
    { ref: "refs/heads/main", object: a, commit: a },
    { ref: "refs/tags/v1", object: b, commit: a },
    { ref: "refs/tags/light", object: b, commit: b },
  ]);
});

test("anything else is left out", () => {
  assert.equal(parseRefs(`${a}\tHEAD\n${a}\trefs/pull/1/head\n${a} refs/heads/x\nxyz\trefs/heads/y\n\n`), []);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseRefs(text).every(({ ref }) => ref !== "")));
});

test("short names", () => {
  assert.is(shortName("refs/heads/feature/a"), "feature/a");
  assert.is(shortName("refs/tags/v1"), "v1");
  assert.is(shortName("main"), "main");
});

test.run();
