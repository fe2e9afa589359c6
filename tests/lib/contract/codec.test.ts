/** The constructors, each as a whole: decoder, sentence and schema. Their use for real values is tested in values.test.ts. */
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Codec,
  choice,
  integer,
  list,
  nullable,
  prose,
  read,
  reasons,
  text,
  toggle,
} from "../../../lib/contract/codec.ts";

const test = suite("lib/contract/codec");

const Letter = text("Letter", { pattern: /^[a-z]$/, maxLength: 1, sentence: "one small letter" });
const whyNot = (codec: Codec<unknown>, value: unknown): readonly string[] => {
  const result = codec.type.decode(value);
  return isLeft(result) ? reasons(result.left) : [];
};

test("a refusal says what the value must be and never what it was", () => {
  assert.equal(whyNot(Letter, "\u001b[2J secret"), ["must be one small letter"]);
  assert.equal(whyNot(choice("Color", ["red", "blue"]), "green"), ["must be one of red, blue"]);
  assert.equal(whyNot(integer("N", 1, 9), 10), ["must be a whole number from 1 to 9"]);
  assert.equal(whyNot(toggle("T"), "true"), ["must be true or false"]);
  assert.equal(whyNot(nullable(Letter), 1), ["must be one small letter, or null"]);
  assert.equal(whyNot(list(Letter, 2), ["a", "b", "c"]), ["must be a list of at most 2, each one small letter"]);
});

test("a value passes as it is: same string, same list", () => {
  const letters = ["a", "b"];
  assert.is(read(list(Letter, 2), letters), letters);
  assert.is(read(nullable(Letter), null), null);
  assert.is(read(nullable(Letter), "a"), "a");
  assert.is(read(toggle("T"), false), false);
});

test("nothing is converted", () => {
  assert.is(read(toggle("T"), 0), undefined);
  assert.is(read(toggle("T"), "true"), undefined);
  assert.is(read(integer("N", 0, 9), "1"), undefined);
  assert.is(read(Letter, ["a"]), undefined);
  assert.is(read(nullable(Letter), undefined), undefined);
  assert.is(read(list(Letter, 2), { 0: "a", length: 1 }), undefined);
});

test("a list is judged item by item, and by its length first", () => {
  const letters = list(Letter, 3);
  assert.equal(read(letters, []), []);
  assert.is(read(letters, ["a", "B"]), undefined);
  assert.is(read(letters, ["a", null]), undefined);
  assert.is(read(letters, [["a"]]), undefined);
  assert.is(read(letters, new Array(4_000_000_000)), undefined);
});

test("a list with a hole is no list: what is read later must be what was checked", () => {
  assert.is(read(list(Letter, 3), new Array(2)), undefined);
});

test("a long text is refused before its pattern is tried", () => {
  const slow = text("Slow", { pattern: /^(?:a+)+$/, maxLength: 20, sentence: "short" });
  assert.is(read(slow, `${"a".repeat(1_000_000)}b`), undefined);
  assert.is(read(prose("P", 10), "x".repeat(10_000_000)), undefined);
});

test("the patterns of prose are quick on what they refuse at the end", () => {
  assert.is(read(prose("P", 1_000_000), `${"x\n".repeat(400_000)}\0`), undefined);
});

test("each codec has the schema that says the same", () => {
  assert.equal(Letter.schema, { type: "string", pattern: "^[a-z]$", maxLength: 1 });
  assert.equal(choice("Color", ["red"]).schema, { type: "string", enum: ["red"] });
  assert.equal(integer("N", 1, 9).schema, { type: "integer", minimum: 1, maximum: 9 });
  assert.equal(toggle("T").schema, { type: "boolean" });
  assert.equal(nullable(Letter).schema, { anyOf: [Letter.schema, { type: "null" }] });
  assert.equal(list(Letter, 2).schema, { type: "array", items: Letter.schema, maxItems: 2 });
});

test.run();
