/** Our keys are those of the nkeys library: each verifies what the other signs, byte for byte. */
import { createAccount, createUser, fromPublic } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { userKey } from "../../../lib/nats/user-key.ts";

const test = suite("lib/nats: user-key");

const seedOf = (pair: { getSeed: () => Uint8Array }): string => new TextDecoder().decode(pair.getSeed());

test("has the public key and the signatures of the nkeys library", () => {
  for (let round = 0; round < 20; round++) {
    const pair = createUser();
    const key = userKey(seedOf(pair));
    const message = new TextEncoder().encode(`message ${round}`);
    assert.is(key.publicKey, pair.getPublicKey());
    assert.equal(Buffer.from(key.sign(message)), Buffer.from(pair.sign(message)));
    assert.ok(fromPublic(key.publicKey).verify(message, key.sign(message)));
  }
});

test("refuses what is not the seed of a user", () => {
  const seed = seedOf(createUser());
  const flipped = `${seed.slice(0, 20)}${seed[20] === "A" ? "B" : "A"}${seed.slice(21)}`;
  for (const wrong of ["", "SU", seed.toLowerCase(), seed.slice(0, -1), `${seed}A`, flipped, seedOf(createAccount())])
    assert.throws(() => userKey(wrong), undefined, wrong.slice(0, 4));
});

test.run();
