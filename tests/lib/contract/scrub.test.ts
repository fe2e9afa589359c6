/** Credentials are taken out of URLs wherever output shows them, and nothing else is. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { scrub } from "../../../lib/contract/scrub.ts";

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
  ["nothing to hide: a@b:c", "nothing to hide: a@b:c"],
];

for (const [text, expected] of cases) test(text, () => assert.is(scrub(text), expected));

test("a password in the address of a NATS server", () => {
  assert.is(scrub("tried nats://user:secret@h:4222, tls://token@h"), "tried nats://***@h:4222, tls://***@h");
});

test.run();
