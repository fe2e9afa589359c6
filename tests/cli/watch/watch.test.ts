/** `hd watch`: a request that was sent before, as if it had just been sent. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requestId } from "../../support/fixtures.ts";
import { completed, enrol, event, store, storeResponse } from "../support/fleet.ts";
import { world } from "../support/world.ts";

const test = suite("cli/watch");

const about = { id: requestId("req-1") };

test("what has ended is told at once", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-1" });
  await storeResponse(w.log, event("web1", { status: "accepted", ...about }));
  await storeResponse(w.log, completed("web1", about));
  assert.is(await w.hd("watch", "req-1"), 0);
  assert.is(
    w.err(),
    "12:00:01Z  web1  accepted     web1: accepted\n12:00:02Z  web1  completed    web1 runs what was built\n",
  );
  assert.match(w.out(), "web1  completed");
});

test("what goes on is watched to its end, several together", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-1" });
  await store(w.log, "hd.req.alice.prod.web2", { revision: "main", id: "req-2" });
  await storeResponse(w.log, event("web1", { status: "accepted", ...about }));
  await storeResponse(w.log, completed("web2", { id: requestId("req-2"), request_seq: 2 }));
  const done = w.hd("watch", "req-1", "req-2", "req-1");
  await w.waiting();
  await storeResponse(w.log, completed("web1", about));
  assert.is(await done, 0);
  assert.fixture(
    w.out(),
    `TARGET     HOST  RESULT     COMMIT   GENERATION  DURATION  MESSAGE
prod/web1  web1  completed  3333333  142         48s       web1 runs what was built
prod/web2  web2  completed  3333333  142         48s       web2 runs what was built
`,
  );
});

test("a dozen are watched together without a word from Node about it", async () => {
  const w = world();
  const warnings: Error[] = [];
  process.on("warning", (warning) => warnings.push(warning));
  const hosts = Array.from({ length: 12 }, (_, n) => `web${n}`);
  enrol(w.log, ...hosts.map((host) => `prod/${host}`));
  for (const [n, host] of hosts.entries()) {
    const { seq } = await store(w.log, `hd.req.alice.prod.${host}`, { revision: "main", id: `req-${n}` });
    await storeResponse(w.log, completed(host, { id: requestId(`req-${n}`), request_seq: seq }));
  }
  assert.is(await w.hd("watch", ...hosts.map((_, n) => `req-${n}`)), 0);
  // Node warns once what goes on is done.
  await new Promise(setImmediate);
  assert.equal(warnings, []);
});

test("a request whose hosts are gone has nobody to wait for", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.gone", { revision: "main", id: "req-1" });
  assert.is(await w.hd("watch", "req-1"), 7);
  assert.match(w.out(), "no host serves prod/gone any more, and none has answered\n");
});

test("an id that the log does not hold", async () => {
  const w = world();
  assert.is(await w.hd("watch", "req-1", "-o", "json"), 2);
  assert.is(JSON.parse(w.err()).error.code, "invalid_request");
});

test.run();
