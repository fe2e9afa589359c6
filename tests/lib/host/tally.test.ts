/** Whatever was counted, and whenever it was kept and told again: a meter shows the same. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { longBuckets } from "../../../lib/contract/metrics.ts";
import { outcomeActions, outcomeCodes, outcomeStatuses, phases } from "../../../lib/contract/outcome.ts";
import type { Sums } from "../../../lib/host/outcome-file.ts";
import { tallyOf } from "../../../lib/host/tally.ts";
import type { Counted, OutcomeMeter } from "../../../lib/router/metering.ts";

const test = suite("lib/host/tally");

/** Counts as a histogram does: by bucket, and the sum. */
const recording = () => {
  const counts: Record<string, number> = {};
  const add = (key: string, n: number): void => {
    counts[key] = (counts[key] ?? 0) + n;
  };
  const timed = (key: string, ms: number, n: number): void => {
    add(`${key} le ${longBuckets.find((bound) => ms / 1000 <= bound) ?? "+Inf"}`, n);
    add(`${key} ms`, Math.round(ms * n));
  };
  const meter: OutcomeMeter = {
    ended: ({ status, action, code }, n) => add(`${status} ${action} ${code}`, n),
    took: ({ action, success }, ms, n) => timed(`${action} ${success}`, ms, n),
    phase: (phase, ms, n) => timed(phase, ms, n),
    succeeded: (atMs) => {
      counts["newest"] = Math.max(counts["newest"] ?? 0, atMs);
    },
  };
  return { counts, meter };
};

const ms = fc.oneof(fc.nat(20_000_000), fc.constantFrom(...longBuckets.map((bound) => bound * 1000)));

const counted: fc.Arbitrary<Counted> = fc.constantFrom(...outcomeStatuses).chain((status) =>
  fc.record({
    outcome: fc.record({
      status: fc.constant(status),
      action: fc.constantFrom(...outcomeActions),
      code: fc.constantFrom<string>(...outcomeCodes[status]),
      elapsedMs: status === "rejected" ? fc.constant(undefined) : ms,
    }),
    phases: fc.array(fc.record({ phase: fc.constantFrom(...phases), ms }), { maxLength: 5 }),
    atMs: fc.integer({ min: 1, max: 2e12 }),
  }),
);

test("kept and told again at any place, it is the same count", () => {
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 40 }), fc.array(fc.nat(40)), (all, restarts) => {
      const straight = recording();
      const one = tallyOf(undefined, straight.meter);
      let [now, kept] = [recording(), undefined as Sums | undefined];
      let two = tallyOf(kept, now.meter);
      for (const [n, each] of all.entries()) {
        one.take(`${n}`, each);
        two.take(`${n}`, each);
        if (!restarts.includes(n)) continue;
        kept = JSON.parse(JSON.stringify(two.sums()));
        now = recording();
        two = tallyOf(kept, now.meter);
        // What comes again is known.
        assert.is(two.take(`${n}`, each), false);
      }
      assert.equal(now.counts, straight.counts);
    }),
  );
});

test("the newest of a status is known however many of another came since", () => {
  const tally = tallyOf(undefined, recording().meter);
  const of = (status: "completed" | "failed"): Counted => ({
    outcome: { status, action: "switch", code: status === "failed" ? "timeout" : "", elapsedMs: 1 },
    phases: [],
    atMs: 1,
  });
  tally.take("the newest success", of("completed"));
  for (let n = 0; n < 5_000; n++) tally.take(`${n}`, of("failed"));
  assert.ok(tally.knows("the newest success", "completed"));
  assert.ok(JSON.stringify(tally.sums()).length < 50_000);
});

test("labels of another version count as the nearest that there are, or not at all", () => {
  const { counts, meter } = recording();
  const cell = { n: 2, ms: 4_000 };
  tallyOf(
    {
      counted: 1,
      cells: [
        { what: "ended", labels: ["failed", "kexec", "exploded"], ...cell },
        { what: "ended", labels: ["vanished", "switch", ""], ...cell },
        { what: "phase", labels: ["kexec"], ...cell },
        { what: "took", labels: ["kexec", "true"], ...cell },
        { what: "else", labels: [], ...cell },
        { what: "took", labels: ["boot", "true"], n: 0, ms: 0 },
      ],
      known: [],
      success_ms: 0,
    },
    meter,
  );
  assert.equal(counts, { "failed unknown other": 2, "unknown true le 2.5": 2, "unknown true ms": 4_000 });
});

test.run();
