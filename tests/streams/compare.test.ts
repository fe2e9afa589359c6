/** The comparison of settings: what is told, and what may be edited. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../lib/contract/address.ts";
import { auditStream } from "../../streams/audit.ts";
import { compare } from "../../streams/compare.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import { hostName, tier } from "../support/fixtures.ts";

const test = suite("streams/compare");

const stream = auditStream({ replicas: 1, maxBytes: 1000 });
const consumer = hostConsumer(hostName("web1"), [hostAddress(tier("prod"), hostName("web1"))]);

test("the same settings do not differ, in whatever order a list comes", () => {
  assert.equal(compare(stream, { ...stream, subjects: ["hd.ask.>", "hd.res.>", "hd.req.>"] }), []);
  assert.equal(compare(consumer, { ...consumer }), []);
});

test("what a server adds is no difference", () => {
  const added = { ...stream, compression: "none", metadata: { "_nats.ver": "2.15.1" } };
  assert.equal(compare(stream, added), []);
});

test("a difference has its name and both values", () => {
  assert.equal(compare(stream, { ...stream, discard: "old", denyPurge: false }), [
    { setting: "discard", want: "new", have: "old", fixable: true },
    { setting: "denyPurge", want: true, have: false, fixable: true },
  ]);
  assert.equal(compare(consumer, { ...consumer, filters: ["hd.req.*.prod.web2"] }), [
    {
      ...{ setting: "filters", want: ["hd.req.*.prod.web1", "hd.req.*.prod.web1.*"] },
      ...{ have: ["hd.req.*.prod.web2"], fixable: true },
    },
  ]);
});

test("what an edit cannot change, or would lose records by, is not fixable", () => {
  const found = { ...stream, storage: "memory", retention: "interest", extras: ["republish"] };
  assert.equal(
    compare(stream, found).map(({ setting, fixable }) => [setting, fixable]),
    [
      ["storage", false],
      ["retention", false],
      ["extras", false],
    ],
  );
  const started = { ...consumer, deliver: "all", acknowledge: "none" };
  assert.ok(compare(consumer, started).every(({ fixable }) => !fixable));
});

test("a bound is not lowered below what the log holds", () => {
  const wider = { ...stream, maxBytes: 5000 };
  const fixable = (usedBytes: number) => compare(stream, wider, usedBytes)[0]?.fixable;
  assert.is(fixable(1000), true);
  assert.is(fixable(1001), false);
  assert.is(compare({ ...stream, maxBytes: -1 }, wider, 4000)[0]?.fixable, true);
});

test.run();
