/** Names in the order in which people count. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { byText } from "../../../cli/print/by-text.ts";

const test = suite("cli/print/by-text");

test("numbers in names count", () => {
  const sorted = ["a", "h", "h1", "h02a", "h2", "h10", "h10-b", "web1-2", "web1-10"];
  assert.equal([...sorted].reverse().sort(byText), sorted);
});

test("it is an order, in which only equal names are equal", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "-", "0", "1", "2"), maxLength: 6 });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.is(Math.sign(byText(a, b)), -Math.sign(byText(b, a)) + 0);
      assert.is(byText(a, b) === 0, a === b);
      if (byText(a, b) < 0 && byText(b, c) < 0) assert.ok(byText(a, c) < 0);
    }),
    { numRuns: 2_000 },
  );
});

test.run();
