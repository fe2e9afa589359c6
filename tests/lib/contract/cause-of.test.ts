/** Whatever is thrown, its text is prose of bounded length. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { causeOf } from "../../../lib/contract/cause-of.ts";

const test = suite("lib/contract/cause-of");

test("an error is its message, anything else its text", () => {
  assert.is(causeOf(new Error("no space left")), "no space left");
  assert.is(causeOf("text"), "text");
  assert.is(causeOf(undefined), "undefined");
  assert.is(causeOf(Symbol("s")), "Symbol(s)");
});

test("the text is fit for a record", () => {
  assert.is(causeOf(new Error("\u001b[2J")), "�[2J");
  assert.is(causeOf("x".repeat(1_000_000)).length, 500);
});

test("what has no text is no second throw", () => {
  const trap = () => {
    throw new Error("trap");
  };
  const unreadable = new Proxy({}, { get: trap, getPrototypeOf: trap });
  const mute = Object.create(null);
  for (const thrown of [mute, unreadable, Object.assign(new Error("x"), { message: mute }), { toString: trap }]) {
    assert.is(causeOf(thrown), "something that has no text");
  }
});

test.run();
