/** A key that we make is one for the nkeys library: the same form, the same public key, signatures that verify. */
import { fromPublic, fromSeed } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newKey } from "../../../lib/nats/new-key.ts";
import { userKey } from "../../../lib/nats/user-key.ts";

const test = suite("lib/nats: new-key");

test("is a user's for the nkeys library, which has the same public key", () => {
  for (let round = 0; round < 20; round++) {
    const { seed, publicKey } = newKey();
    assert.match(seed, /^SU[A-Z2-7]{56}$/);
    assert.match(publicKey, /^U[A-Z2-7]{55}$/);
    const theirs = fromSeed(new TextEncoder().encode(seed));
    assert.is(theirs.getPublicKey(), publicKey);
    assert.is(new TextDecoder().decode(theirs.getSeed()), seed);
    const message = new TextEncoder().encode(`message ${round}`);
    assert.ok(fromPublic(publicKey).verify(message, userKey(seed).sign(message)));
  }
});

test("is never the same twice", () => {
  const seeds = Array.from({ length: 1_000 }, () => newKey().seed);
  assert.is(new Set(seeds).size, seeds.length);
});

test.run();
