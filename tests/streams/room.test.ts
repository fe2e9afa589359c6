/** How full the log is, and when it will be: where it changes its word, and where nothing can be said. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { maxRecordBytes } from "../../lib/contract/log-names.ts";
import { auditStream } from "../../streams/audit.ts";
import { alertShare, roomOf } from "../../streams/room.ts";
import { noonMs } from "../support/fixtures.ts";

const test = suite("streams/room");

const [dayMs, mib] = [86_400_000, 1024 ** 2];

const room = (usedBytes: number, days: number, maxBytes = 1000 * mib) =>
  roomOf(
    {
      settings: auditStream({ replicas: 1, maxBytes }),
      ...{ usedBytes, records: usedBytes === 0 ? 0 : 1_000, madeMs: 0, firstAtMs: noonMs - days * dayMs },
    },
    noonMs,
  );

test("growth is the average of all days, and what is left lasts as long", () => {
  const { bytesPerDay, fullAtMs, share } = room(100 * mib, 10);
  assert.is(bytesPerDay, 10 * mib);
  assert.is(share, 0.1);
  assert.is(fullAtMs, noonMs + 90 * dayMs);
});

test("from the share on at which somebody has to be told, and when the largest record does not fit", () => {
  const states = [alertShare * 1000 * mib - 1, alertShare * 1000 * mib, 1000 * mib - maxRecordBytes + 1];
  assert.equal(
    states.map((bytes) => room(bytes, 10).state),
    ["free", "nearly full", "full"],
  );
});

test("of an empty log, a young one, and one that hardly grows no date is given", () => {
  for (const one of [room(0, 10), room(mib, 0.01)]) {
    assert.is(one.bytesPerDay, undefined);
    assert.is(one.fullAtMs, undefined);
  }
  assert.is(room(1, 10_000).fullAtMs, undefined);
  assert.equal(room(mib, 10, -1), { ...room(mib, 10, -1), maxBytes: undefined, share: 0, state: "free" });
});

test("a clock that is behind, and a log over its bound, give no nonsense", () => {
  assert.is(room(mib, -5).bytesPerDay, undefined);
  assert.is(room(2000 * mib, 10).fullAtMs, noonMs);
  fc.assert(
    fc.property(fc.nat(2_000_000_000), fc.double({ min: -10, max: 10_000, noNaN: true }), (bytes, days) => {
      const { fullAtMs, share } = room(bytes, days);
      assert.ok(fullAtMs === undefined || (fullAtMs >= noonMs && Number.isFinite(new Date(fullAtMs).getTime())));
      assert.ok(share >= 0);
    }),
  );
});

test.run();
