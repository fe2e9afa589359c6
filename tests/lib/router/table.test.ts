/** Patterns to values: exact, narrowest first, and blind to anything that is not a token. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { table } from "../../../lib/router/table.ts";

const test = suite("lib/router/table");
const of = (...patterns: readonly string[]) => table(patterns.map((pattern) => [pattern, pattern]));

test("a subject finds its pattern", () => {
  const find = of("hd.req.*.prod.web1", "hd.req.*.prod.all", "hd.req.*.prod.role.web");
  assert.is(find("hd.req.alice.prod.web1"), "hd.req.*.prod.web1");
  assert.is(find("hd.req.bob.prod.role.web"), "hd.req.*.prod.role.web");
});

test("what is shorter, longer or other finds nothing", () => {
  const find = of("hd.req.*.prod.web1");
  const near = [
    "",
    "hd",
    "hd.req.alice.prod",
    "hd.req.alice.prod.web1.cancel",
    "hd.req.prod.web1",
    "hd.req.a.b.prod.web1",
  ];
  const odd = [
    "hd.req.alice.prod.web10",
    "HD.req.alice.prod.web1",
    " hd.req.alice.prod.web1",
    "hd.req.alice.prod.web1 ",
  ];
  const blank = [".", "..", "....", "hd.req.alice.prod.web1.", ".hd.req.alice.prod.web1", "hd.req.alice.prod.web1\n"];
  for (const subject of [...near, ...odd, ...blank]) assert.is(find(subject), undefined, subject);
});

test("a literal token wins over a wildcard, at every level", () => {
  const find = of("*.b", "a.*", "a.b", "*.*");
  assert.equal(["a.b", "a.x", "x.b", "x.x"].map(find), ["a.b", "a.*", "*.b", "*.*"]);
});

test("a literal that leads nowhere does not hide the wildcard", () => {
  const find = of("a.b.c", "*.b.d", "a.*.e");
  assert.equal(["a.b.d", "a.b.e", "a.b.c", "a.b.f"].map(find), ["*.b.d", "a.*.e", "a.b.c", undefined]);
});

test("names that every object has are tokens like others", () => {
  const find = of("a.__proto__", "constructor.*");
  assert.equal(["a.__proto__", "constructor.x", "__proto__", "a.constructor", "toString"].map(find), [
    "a.__proto__",
    "constructor.*",
    undefined,
    undefined,
    undefined,
  ]);
});

test("the same pattern twice is a fault of the program", () => {
  assert.throws(() => of("a.*", "b", "a.*"), "two routes for the subject a.*");
});

test("a value may be anything but undefined, and an empty table finds nothing", () => {
  const find = table<unknown>([
    ["a", null],
    ["b", 0],
    ["c", ""],
  ]);
  assert.equal(["a", "b", "c"].map(find), [null, 0, ""]);
  assert.is(table([])("a"), undefined);
});

test("a subject of a million tokens is no trouble", () => {
  const find = of("*.*", "x.*.x");
  assert.is(find("x.".repeat(1_000_000)), undefined);
});

test("it finds what trying each pattern in turn would find (10,000)", () => {
  const token = fc.constantFrom("a", "b", "c");
  const pattern = fc.array(fc.oneof(token, fc.constant("*")), { minLength: 1, maxLength: 4 });
  const subject = fc.array(token, { minLength: 1, maxLength: 5 });
  const fits = (tokens: readonly string[]) => (wanted: readonly string[]) =>
    wanted.length === tokens.length && wanted.every((want, n) => want === "*" || want === tokens[n]);
  /** Of two that fit, the one that is literal where they first differ. */
  const narrower = (one: readonly string[], other: readonly string[]) =>
    one.map((want) => Number(want === "*")).join("") < other.map((want) => Number(want === "*")).join("") ? -1 : 1;
  fc.assert(
    fc.property(fc.uniqueArray(pattern, { selector: String, maxLength: 12 }), subject, (patterns, tokens) => {
      const best = patterns.filter(fits(tokens)).toSorted(narrower)[0]?.join(".");
      assert.is(of(...patterns.map((each) => each.join(".")))(tokens.join(".")), best);
    }),
    { numRuns: 10_000 },
  );
});

test.run();
