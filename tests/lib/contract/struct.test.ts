/** Objects: what is strict, what is lenient, and what a hostile key can do to either. */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { integer, nullable, text } from "../../../lib/contract/codec.ts";
import { defaulted, optional, required, struct } from "../../../lib/contract/struct.ts";

const test = suite("lib/contract/struct");

const Word = text("Word", { pattern: /^[a-z]+$/, maxLength: 9, sentence: "a word" });
const Sample = struct("sample", {
  word: required(Word, "the word"),
  count: defaulted(integer("Count", 0, 9), 3, "how often"),
  note: optional(nullable(Word), "a note"),
});
const both = [Sample.strict, Sample.lenient];

const found = (result: Either<readonly string[], unknown>): unknown => (isLeft(result) ? undefined : result.right);
const reasonsOf = (result: Either<readonly string[], unknown>): unknown => (isLeft(result) ? result.left : undefined);

test("a default is filled in, an absent option stays absent", () => {
  for (const decode of both) {
    assert.equal(found(decode({ word: "a" })), { word: "a", count: 3 });
    assert.equal(found(decode({ word: "a", count: 0, note: null })), { word: "a", count: 0, note: null });
  }
});

test("undefined is absence, null is a value", () => {
  for (const decode of both) {
    assert.equal(found(decode({ word: "a", count: undefined, note: undefined })), { word: "a", count: 3 });
    assert.equal(reasonsOf(decode({ word: null })), ["word: must be a word"]);
    assert.equal(reasonsOf(decode({ word: undefined })), ["word: is missing; must be a word"]);
  }
});

test("every reason is given, in the order of the fields, and none repeats the value", () => {
  for (const decode of both) {
    assert.equal(reasonsOf(decode({ note: "\u001b[2J", count: 10 })), [
      "word: is missing; must be a word",
      "count: must be a whole number from 0 to 9",
      "note: must be a word, or null",
    ]);
  }
});

test("an unknown key is refused by strict and dropped by lenient", () => {
  assert.equal(reasonsOf(Sample.strict({ word: "a", wrod: "b" })), [
    "wrod: is not a field; known are word, count, note",
  ]);
  assert.equal(found(Sample.lenient({ word: "a", wrod: "b" })), { word: "a", count: 3 });
});

test("only an object is an object", () => {
  for (const value of [undefined, null, 1, "word", true, [], [{ word: "a" }], () => ({ word: "a" }), Symbol("a")]) {
    for (const decode of both) assert.equal(reasonsOf(decode(value)), ["must be a JSON object"]);
  }
});

const hostile = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

test("keys that every object has are strangers like others", () => {
  for (const key of hostile) {
    const value: unknown = JSON.parse(`{"word":"a",${JSON.stringify(key)}:{"count":9,"polluted":true}}`);
    assert.equal(reasonsOf(Sample.strict(value)), [`${key}: is not a field; known are word, count, note`]);
    const read = found(Sample.lenient(value));
    assert.equal(read, { word: "a", count: 3 });
    assert.is(Object.getPrototypeOf(read), Object.prototype);
    assert.is("polluted" in {}, false);
  }
});

test("a field counts only as the object's own: nothing is read from a prototype", () => {
  const inherited: unknown = Object.create({ word: "a" });
  for (const decode of both) {
    assert.equal(reasonsOf(decode(inherited)), ["word: is missing; must be a word"]);
    assert.equal(reasonsOf(decode(JSON.parse('{"__proto__":{"word":"a"}}'))) !== undefined, true);
  }
  assert.equal(reasonsOf(Sample.lenient(JSON.parse('{"__proto__":{"word":"a"}}'))), [
    "word: is missing; must be a word",
  ]);
});

test("an object without a prototype is one too", () => {
  const bare: unknown = Object.assign(Object.create(null), { word: "a" });
  for (const decode of both) assert.equal(found(decode(bare)), { word: "a", count: 3 });
});

test("the last of two equal keys counts, as JSON.parse has it", () => {
  assert.equal(reasonsOf(Sample.strict(JSON.parse('{"word":"a","word":"B"}'))), ["word: must be a word"]);
});

test("depth and size are no trouble", () => {
  const deep: unknown = JSON.parse(`{"word":"a","note":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
  assert.equal(reasonsOf(Sample.lenient(deep)), ["note: must be a word, or null"]);
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]));
  assert.equal(found(Sample.lenient({ ...wide, word: "a" })), { word: "a", count: 3 });
});

test("what a stranger is called cannot drive a terminal, nor flood it", () => {
  for (const key of ["\u001b[2J\u0007", "a\nb\rc", "x".repeat(100_000)]) {
    const [reason] = (reasonsOf(Sample.strict({ word: "a", [key]: 1 })) ?? []) as readonly string[];
    assert.match(reason ?? "", /^(?:[^\p{Cc}]|\n){1,60}: is not a field; known are word, count, note$/u);
  }
});

test("the schema says what strict takes", () => {
  assert.equal(Sample.schema, {
    type: "object",
    properties: {
      word: { ...Word.schema, description: "the word" },
      count: { type: "integer", minimum: 0, maximum: 9, description: "how often", default: 3 },
      note: { anyOf: [Word.schema, { type: "null" }], description: "a note" },
    },
    required: ["word"],
    additionalProperties: false,
  });
});

test.run();
