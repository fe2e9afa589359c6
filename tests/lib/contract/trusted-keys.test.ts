/** The file of trusted keys: what it says is read as it is meant, and what it cannot mean is refused by the name of its field. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeTrustedKeys, policyOf } from "../../../lib/contract/trusted-keys.ts";
import { isUserKey } from "../../../lib/nats/verify.ts";
import { leftOf, rightOf } from "../../support/either.ts";
import { tier } from "../../support/fixtures.ts";
import { newSigner } from "../../support/signing.ts";

const test = suite("lib/contract/trusted-keys");

const [one, two] = [newSigner().publicKey, newSigner().publicKey];
const alice = { name: "alice", keys: [one, two], tiers: ["prod"], actions: ["switch"] };
const decode = (value: unknown) => decodeTrustedKeys(value, isUserKey);

test("each key leads to its owner, and a tier has the policy that the file gives it", () => {
  const trusted = rightOf(decode({ tiers: { prod: "require", test: "warn", lab: "off" }, keys: [alice] }));
  const read = { ...alice, override_freeze: false };
  assert.equal(trusted.owners.get(one), read);
  assert.equal(trusted.owners.get(two), read);
  const policies = ["prod", "test", "lab"].map((name) => policyOf(trusted, tier(name)));
  assert.equal(policies, ["require", "warn", "off"]);
});

test("a tier that is not named asks for signatures", () => {
  assert.is(policyOf(rightOf(decode({ keys: [] })), tier("prod")), "require");
});

test("a host's key needs no tiers and no actions", () => {
  const trusted = rightOf(decode({ keys: [{ name: "web1", keys: [one] }] }));
  assert.equal(trusted.owners.get(one), { name: "web1", keys: [one], tiers: [], actions: [], override_freeze: false });
});

test("what is wrong is told by its field", () => {
  const flipped = `${one.slice(0, 20)}${one[20] === "A" ? "B" : "A"}${one.slice(21)}`;
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /must be a JSON object/],
    [[], /must be a JSON object/],
    [{}, /^keys: is missing/],
    [{ keys: {} }, /^keys: must be a list/],
    [{ keys: ["alice"] }, /^keys: must be a list .* each an object/],
    [{ keys: [], policy: "off" }, /^policy: is not a field; known are tiers, keys/],
    [{ keys: [], tiers: [] }, /^tiers: must be an object/],
    [{ keys: [], tiers: { prod: "maybe" } }, /^tiers\.prod: must be one of off, warn, require/],
    [{ keys: [], tiers: { "a.b": "off" } }, /^tiers: "a\.b" must be a tier/],
    [{ keys: [{ ...alice, role: "admin" }] }, /^keys\.0\.role: is not a field/],
    [{ keys: [{ ...alice, name: "a.b" }] }, /^keys\.0\.name: must be/],
    [{ keys: [{ ...alice, name: "unnamed" }] }, /^keys\.0\.name: unnamed is nobody's name/],
    [{ keys: [{ ...alice, keys: [] }] }, /^keys\.0\.keys: must hold at least one key/],
    [{ keys: [{ ...alice, keys: ["SUABC"] }] }, /^keys\.0\.keys: must be a list .* public NKey of a user/],
    [{ keys: [{ ...alice, keys: [one, flipped] }] }, /^keys\.0\.keys\.1: the checksum of the key is wrong/],
    [{ keys: [{ ...alice, keys: [one, one] }] }, /^keys\.0\.keys: U\w+ is there twice/],
    [{ keys: [{ ...alice, tiers: ["prod", "*"] }] }, /^keys\.0\.tiers: must be/],
    [{ keys: [{ ...alice, actions: ["reboot"] }] }, /^keys\.0\.actions: must be/],
    [{ keys: [alice, { ...alice, keys: [newSigner().publicKey] }] }, /^keys\.1\.name: alice is there twice/],
    [{ keys: [alice, { ...alice, name: "bob" }] }, /^keys\.1\.keys: U\w+ is there twice/],
  ];
  for (const [value, why] of wrong) assert.match(leftOf(decode(value)).join("; "), why, JSON.stringify(value));
});

test.run();
