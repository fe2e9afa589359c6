/** Hostile text made harmless: for any input the result is prose of the asked length. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { prose, read } from "../../../lib/contract/codec.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { anyText } from "../../support/arbitraries.ts";

const test = suite("lib/contract/plain");

test("what is prose stays as it is", () => {
  for (const text of ["", "two\nlines\tand a tab", "naïve 😀", "x".repeat(10)]) assert.is(plain(text, 100), text);
  assert.is(plain("😀".repeat(10), 10), "😀".repeat(10));
});

test("what would drive a terminal is seen and does nothing", () => {
  assert.is(plain("\u001b[31mred\u0007\u007f\u009b0m", 100), "�[31mred���0m");
  assert.is(plain("a\r\nb\rc", 100), "a\nb\nc");
  assert.is(plain("\ud800a\udc00", 100), "�a�");
});

test("what is too long is cut between characters", () => {
  assert.is(plain("abcdef", 5), "abcd…");
  assert.is(plain("😀".repeat(6), 5), "😀😀😀😀…");
  assert.is(plain("\r\n".repeat(6), 5), "\n\n\n\n…");
  assert.is(plain("x".repeat(10_000_000), 3), "xx…");
});

test("the result is always prose (10,000 texts)", () => {
  fc.assert(
    fc.property(
      fc.oneof(anyText, fc.string({ unit: "binary", maxLength: 60 })),
      fc.integer({ min: 1, max: 50 }),
      (text, max) => assert.ok(read(prose("Prose", max), plain(text, max)) !== undefined),
    ),
    { numRuns: 10_000 },
  );
});

test.run();
