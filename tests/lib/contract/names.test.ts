/** Names: each is one subject token, so none may hold a dot, a wildcard, or a word that stands for something else. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Codec, read } from "../../../lib/contract/codec.ts";
import { HostName, Requester, Role, Tier, unnamed } from "../../../lib/contract/names.ts";
import { anyName, anyText } from "../../support/arbitraries.ts";

const test = suite("lib/contract/names");
const codecs: readonly Codec<string>[] = [HostName, Tier, Role, Requester];
const reserved: Readonly<Record<string, readonly string[]>> = {
  HostName: ["all", "role"],
  Tier: ["responses", "discover", "build"],
};

const takes = (name: unknown): readonly boolean[] => codecs.map((codec) => read(codec, name) !== undefined);

test("a name has 1 to 63 letters, digits, - and _, and begins and ends with a letter or digit", () => {
  for (const name of ["a", "7", "web1", "a-b", "a_b", "a--b", "WEB", "xn--bcher-kva", "x".repeat(63)]) {
    assert.equal(takes(name), [true, true, true, true], name);
  }
  for (const name of ["", "x".repeat(64), "-x", "x-", "_x", "x_", "-", "_", `${"x".repeat(62)}-`]) {
    assert.equal(takes(name), [false, false, false, false], name);
  }
});

test("nothing that is more or less than one subject token", () => {
  const hostile = [
    "a.b",
    ".",
    "..",
    "*",
    ">",
    "a*",
    "a>",
    "a b",
    " a",
    "a\t",
    "a\n",
    "a\r\nPUB x",
    "a\0",
    "$JS",
    "a/b",
    "../a",
  ];
  const lookalikes = ["é", "ｗeb1", "wеb1", "web1\u200b", "\u202ea", "İ", "ſ", "\u212a"];
  for (const name of [...hostile, ...lookalikes, null, undefined, 1, {}, ["web1"]]) {
    assert.equal(takes(name), [false, false, false, false], JSON.stringify(name));
  }
});

test("reserved words are no names where they mean something else, and only there", () => {
  for (const codec of codecs) {
    const own = reserved[codec.name] ?? [];
    for (const word of ["all", "role", "responses", "discover", "build"]) {
      assert.is(read(codec, word) === undefined, own.includes(word), `${codec.name} ${word}`);
    }
  }
  for (const name of ["all1", "roles", "xall", "All", "building", "responses-2"]) {
    assert.equal(takes(name), [true, true, true, true], name);
  }
});

test("the requester of mapped requests is a requester like any other", () => {
  assert.is(read(Requester, unnamed), "unnamed");
});

test("what passes is one token that NATS takes as it is (10,000 texts)", () => {
  fc.assert(
    fc.property(fc.oneof(anyName, anyText), (name) => {
      if (takes(name).includes(true)) assert.match(name, /^[A-Za-z0-9_-]{1,63}$/);
    }),
    { numRuns: 10_000 },
  );
  fc.assert(fc.property(anyName, (name) => assert.equal(takes(name), [true, true, true, true])));
});

test.run();
