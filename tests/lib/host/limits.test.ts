/** The deadlines of a job: by phase and for the whole, untouched by the time of day, and never in the way of a rollback. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../lib/contract/values.ts";
import { jobLimitMs, limitsOf } from "../../../lib/host/limits.ts";
import { noonMs, order } from "../../support/fixtures.ts";

const test = suite("lib/host/limits");

const clock = () => {
  const at = { passedMs: 1_000, wallMs: noonMs };
  return { at, time: { passedMs: () => at.passedMs, wallMs: () => at.wallMs } };
};

test("a phase has its own time, but never more than the whole has left", () => {
  const { at, time } = clock();
  const limits = limitsOf(order({ timeout_ms: 100_000, resolve_ms: 60_000, verify_ms: 30_000 }), time);
  limits.enter("resolve");
  assert.is(limits.leftMs(), 60_000);
  at.passedMs += 59_000;
  assert.is(limits.leftMs(), 1_000);
  limits.enter("build");
  assert.is(limits.leftMs(), 41_000);
  assert.match(limits.sentence(), "The whole deployment may take 100 s, and that ended in its phase build");
  limits.enter("verify");
  assert.is(limits.leftMs(), 30_000);
  at.passedMs += 60_000;
  assert.is(limits.leftMs(), 0);
  assert.ok(limits.patienceMs() > 0);
});

test("what ends itself at the deadline has a while once in a phase, and a last question a moment always", () => {
  const { at, time } = clock();
  const limits = limitsOf(order({ timeout_ms: 100_000, activate_ms: 40_000 }), time);
  limits.enter("activate");
  const patienceMs = limits.patienceMs();
  assert.ok(patienceMs > 40_000);
  at.passedMs += patienceMs - 20_000;
  assert.is(limits.patienceMs(), 20_000);
  at.passedMs += 20_000;
  assert.is(limits.patienceMs(), 10_000);
});

test("a rollback has the time of an activation, whatever is left", () => {
  const { at, time } = clock();
  const limits = limitsOf(order({ timeout_ms: 100_000, activate_ms: 40_000 }), time);
  at.passedMs += 1_000_000;
  limits.enter("rollback");
  assert.is(limits.leftMs(), 40_000);
  const unbound = limitsOf(order({ timeout_ms: 100_000 }), time);
  unbound.enter("rollback");
  assert.is(unbound.leftMs(), 100_000);
});

test("what was stopped has no time left, until the next phase", () => {
  const limits = limitsOf(order(), clock().time);
  limits.stop();
  assert.is(limits.leftMs(), 0);
  limits.enter("rollback");
  assert.is(limits.leftMs(), 600_000);
});

test("the time of day moves no deadline, and how long it took never goes back", () => {
  for (const byMs of [3_600_000, -3_600_000]) {
    const { at, time } = clock();
    at.wallMs = noonMs + 250;
    const limits = limitsOf(order(), time);
    limits.enter("build");
    assert.is(limits.elapsedMs(), 250);
    at.wallMs += byMs;
    at.passedMs += 10;
    assert.equal([limits.elapsedMs(), limits.leftMs()], [260, 599_990]);
  }
});

test("a clock that was set before the job began adds nothing that could not have been", () => {
  const { time } = clock();
  const ahead = limitsOf(order({ accepted_at: instant(noonMs + 3_600_000) }), time);
  assert.is(ahead.elapsedMs(), 0);
  const behind = limitsOf(order({ accepted_at: instant(noonMs - 3_600_000) }), time);
  assert.is(behind.elapsedMs(), 600_000);
});

test("a job that is still there after its limit is past all its deadlines", () => {
  assert.ok(jobLimitMs(order({ timeout_ms: 100_000, activate_ms: 40_000 })) > 100_000 + 40_000);
  assert.ok(jobLimitMs(order()) < 2 * 600_000 + 900_000);
});

test.run();
