/** The list of trusted keys is read as it was written; one that is damaged is refused, because guessing would trust or lock out. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PublicKeys } from "../../../lib/contract/fleet.ts";
import { decodePublicKeys, publicKeysText } from "../../../lib/fleet/public-keys.ts";
import { newKey } from "../../../lib/nats/new-key.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { hostName, requester } from "../../support/fixtures.ts";

const test = suite("lib/fleet/public-keys");
const path = "public-keys.json";
const key = () => newKey().publicKey;

test("no file is no key", () => {
  assert.is(rightOf(decodePublicKeys(path, undefined)).size, 0);
});

test("is read as it was written, in its order, a line for each name", () => {
  const keys: PublicKeys = new Map<
    ReturnType<typeof hostName> | ReturnType<typeof requester>,
    readonly [string, ...string[]]
  >([
    [hostName("web1"), [key(), key()]],
    [requester("alice"), [key()]],
  ]);
  assert.equal([...rightOf(decodePublicKeys(path, publicKeysText(keys)))], [...keys]);
  assert.is(publicKeysText(keys).split("\n").length, 5);
  assert.is(publicKeysText(new Map()), "{}\n");
});

test("what is damaged is refused by name", () => {
  const good = key();
  const wrong: Readonly<Record<string, RegExp>> = {
    "": /is not a JSON object/,
    "[]": /is not a JSON object/,
    '{"web1": "U"': /is not a JSON object/,
    [`{"web1": "${good}"}`]: /"web1" must be a list/,
    '{"web1": []}': /"web1" must be a list/,
    [`{"web1": ["${good.slice(1)}"]}`]: /"web1" must be a list/,
    [`{"alice": ["${good}"], "web1": ["${good}", "${good}", "${good}"]}`]: /"web1" must be a list/,
    [`{"web1": ["${newKey().seed}"]}`]: /"web1" must be a list/,
  };
  for (const [text, message] of Object.entries(wrong)) {
    assert.match(failureOf(decodePublicKeys(path, text)).message, message);
  }
});

test.run();
