/** Whatever hosts and requesters wrote, what an alert tells of them fits into a record, and nobody is left out. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mostDetails } from "../../../lib/contract/alert.ts";
import { logTailLines } from "../../../lib/contract/deploy-event.ts";
import { HostName } from "../../../lib/contract/names.ts";
import { draftOf, mostHosts, portionOf } from "../../../streams/alerts/details.ts";
import type { ResponseRecord } from "../../../streams/records.ts";
import { alertWorld, judgeAll, rule } from "../../support/alert-world.ts";
import { event, fit, order, tier } from "../../support/fixtures.ts";

const test = suite("details of an alert");

const mostBytes = 200 * 1024;

const said = event(order(), { status: "failed" });

const failed = (n: number, words: string): ResponseRecord => {
  const host = fit(HostName, `host-${"x".repeat(40)}-${n}`);
  const log_tail = Array(logTailLines).fill(words.slice(0, 2_000));
  const own = { ...said, message: words, hostname: host, log_tail };
  return { kind: "response", seq: n + 1, atMs: 0, tier: tier("prod"), host, status: "failed", event: own };
};

const all = (count: number, words: string) =>
  Array.from({ length: count }, (_, n) => ({ record: failed(n, words), recovered: false }));

const frame = { kind: "firing" as const, title: "many failed", about: undefined, as_of: 1 };

test("an alert fits into a record, whatever it tells of", () => {
  // Each takes the most bytes in one of its forms: as it is, or escaped.
  for (const words of ["\u{1f600}".repeat(8_000), '"'.repeat(8_000), "\u20ac".repeat(8_000), "\n".repeat(8_000)]) {
    const draft = draftOf(frame, portionOf(all(mostHosts, words)));
    assert.is.not(draft.details.length, 0);
    assert.ok(Buffer.byteLength(JSON.stringify(draft)) <= mostBytes);
  }
});

test("what is short is told whole, with the last lines of the first hosts", () => {
  const { hosts, details } = draftOf(frame, all(60, "no attribute nginx"));
  assert.is(hosts.length, 60);
  assert.is(details.length, mostDetails);
  assert.equal(
    details.map(({ log_tail = [] }) => log_tail.length),
    details.map((_, n) => (n < 5 ? 10 : 0)),
  );
});

test("of any list a portion is its beginning, and those that have recovered are in its details", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 2_000 }), (recovered) => {
      const list = recovered.map((one, n) => ({ record: failed(n, ""), recovered: one }));
      const portion = portionOf(list);
      assert.ok(portion.length > 0 || list.length === 0);
      assert.equal(portion, list.slice(0, portion.length));
      const { details } = draftOf(frame, portion);
      assert.is(details.filter((one) => one.recovered).length, portion.filter((one) => one.recovered).length);
    }),
    { numRuns: 20 },
  );
});

test("of more hosts than fit, each is told once, in as many alerts as it takes", async () => {
  const world = alertWorld();
  const count = mostHosts + 1;
  const asked = await world.ask("prod.all");
  for (let n = 0; n < count; n++) await world.answer(`prod.web${n}`, "failed", { request_seq: asked });
  await judgeAll(world, world.env([rule("broken", { recovery: false })]));
  const told = world.told().flatMap(({ alert }) => alert.hosts);
  assert.is(told.length, count);
  assert.is(new Set(told).size, count);
  assert.equal(
    world.told().map(({ alert }) => alert.part),
    [1, 2],
  );
});

test.run();
