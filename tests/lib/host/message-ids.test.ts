/** Message ids: the same for the same response, different for every other, and not to be foretold without the host's secret. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostSecret, messageIds } from "../../../lib/host/message-ids.ts";
import { eventNumber } from "../../../lib/router/message-ids.ts";
import { hostName, idsOf, requestId, web1 } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/message-ids");
const root = tempDir("message-ids");

test("the secret is made once, for its owner's eyes", async () => {
  const dir = join(root, "new");
  mkdirSync(dir);
  const secret = await hostSecret(dir);
  assert.is(secret.length, 32);
  assert.is(statSync(join(dir, "secret")).mode & 0o777, 0o600);
  assert.ok(secret.equals(await hostSecret(dir)));
  mkdirSync(join(root, "other"));
  assert.not(secret.equals(await hostSecret(join(root, "other"))));
});

test("a secret that was damaged is told, not made anew", async () => {
  const dir = join(root, "damaged");
  mkdirSync(dir);
  writeFileSync(join(dir, "secret"), "abc");
  assert.match(await hostSecret(dir).then(String, String), "does not hold this host's secret");
  assert.is(readFileSync(join(dir, "secret"), "utf8"), "abc");
});

const answered = fc.record({ id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/).map(requestId), seq: fc.nat() });
const which = fc.oneof(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom("rejected" as const, "lost" as const));

test("the number of an event is read off its own id only", () => {
  const ids = idsOf(web1);
  fc.assert(
    fc.property(answered, which, answered, (one, what, other) => {
      const msgId = ids.of(one, what);
      assert.is(eventNumber(ids, msgId, one), typeof what === "number" ? what : 0);
      if (one.id !== other.id || one.seq !== other.seq) assert.is(eventNumber(ids, msgId, other), 0);
    }),
  );
});

test("who does not know the secret does not know the id", () => {
  const one = { id: requestId("req-1"), seq: 41 };
  const own = idsOf(web1).of(one, 1);
  assert.not.equal(messageIds(web1.hostname, Buffer.alloc(32, 1)).of(one, 1), own);
  assert.not.equal(messageIds(hostName("web2"), Buffer.alloc(32)).of(one, 1), own);
  for (const msgId of [undefined, "", "req-1:web1:41:1", "req-1:web1:41:1:", own.slice(0, -1), `${own}x`]) {
    assert.is(eventNumber(idsOf(web1), msgId, one), 0, msgId);
  }
});

test.run();
