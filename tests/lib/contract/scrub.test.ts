/** Credentials in URLs, and seeds wherever they stand, are taken out of what others read; nothing else is. */
import fc from "fast-check";
import { createAccount, createCluster, createOperator, createServer, createUser, type KeyPair } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { plain } from "../../../lib/contract/plain.ts";
import { holdsSeed, scrub, withoutSeeds } from "../../../lib/contract/scrub.ts";

const test = suite("lib/host/scrub");

const cases: readonly (readonly [text: string, expected: string])[] = [
  ["https://me:s3cret@host/x", "https://***@host/x"],
  ["https://s3cret@host/x", "https://***@host/x"],
  ["HTTPS://s3cret@host", "HTTPS://***@host"],
  ["fetching 'git+http://me:s3cret@host:80/x?ref=a'...", "fetching 'git+http://***@host:80/x?ref=a'..."],
  ["ssh://git@host/x", "ssh://git@host/x"],
  ["ssh://git:s3cret@host/x", "ssh://git:***@host/x"],
  ["two: https://a:b@c/d https://e:f@g/h", "two: https://***@c/d https://***@g/h"],
  ["https://host/path@v1", "https://host/path@v1"],
  ["https://host/x and me@host", "https://host/x and me@host"],
  ["by smtp://bob:s3cret@mail:587 or smtps://bob:s3cret@mail", "by smtp://***@mail:587 or smtps://***@mail"],
  ["nothing to hide: a@b:c", "nothing to hide: a@b:c"],
];

for (const [text, expected] of cases) test(text, () => assert.is(scrub(text), expected));

test("a password in the address of a NATS server", () => {
  assert.is(scrub("tried nats://user:secret@h:4222, tls://token@h"), "tried nats://***@h:4222, tls://***@h");
});

const seedOf = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());
const kinds = [createUser, createAccount, createOperator, createServer, createCluster];
const anySeed = fc.nat(kinds.length - 1).map((n) => seedOf((kinds[n] ?? createUser)()));

test("no text shows a seed that is in it, whatever stands around it and wherever it is cut", () => {
  fc.assert(
    fc.property(anySeed, fc.string(), fc.string(), fc.integer({ min: 1, max: 120 }), (seed, before, after, most) => {
      const text = `${before}${seed}${after}`;
      assert.ok(holdsSeed(text));
      for (const shown of [scrub(text), withoutSeeds(text), plain(text, most), plain(text.repeat(3), most)])
        assert.not.ok(shown.includes(seed.slice(0, 12)) || shown.includes(seed.slice(-12)), shown);
    }),
    { numRuns: 500 },
  );
});

test("public keys and ids are shown", () => {
  for (let n = 0; n < 300; n += 1) {
    const key = (kinds[n % kinds.length] ?? createUser)().getPublicKey();
    assert.is(scrub(`the key ${key}, of alice`), `the key ${key}, of alice`);
  }
  for (const text of ["SUPPORT", "01JQ5S8Z7Y3M9K2N4P6R8T0V1W", `S${"a".repeat(60)}`]) assert.not.ok(holdsSeed(text));
});

test.run();
