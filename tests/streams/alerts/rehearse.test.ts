/** What a rule would have told: what an alerter tells that was there when the records came. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Alert } from "../../../lib/contract/alert.ts";
import type { Rule } from "../../../lib/contract/alert-rules.ts";
import { rehearseAlerts } from "../../../streams/alerts/rehearse.ts";
import { ticker } from "../../../streams/alerts/tick.ts";
import {
  buildFailed,
  completed,
  enrol,
  errorCode,
  event,
  refused,
  store,
  storeResponse,
} from "../../cli/support/fleet.ts";
import { alertsIn, memoryTickBus, rule, rulesOf, tickEnv } from "../../support/alerter.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { noonMs } from "../../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../../support/memory-bus.ts";

const test = suite("streams/alerts/rehearse");

const secondMs = 1_000;
const hourMs = 3_600_000;

const shown = ({ kind, hosts, title, at }: Alert): string =>
  `${(Date.parse(at) - noonMs) / secondMs} ${kind} ${hosts.join(" ")}: ${title}`;

const timed = (...hosts: readonly string[]) => {
  let nowMs = noonMs;
  const log = memoryLog({ now: () => nowMs });
  enrol(log, ...hosts);
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  const told = async (of: Rule, sinceMs = noonMs): Promise<readonly string[]> => {
    const alerts: Alert[] = [];
    const tell = (alert: Alert): void => void alerts.push(alert);
    rightOf(await rehearseAlerts(log.bus(), { rule: of, sinceMs, untilMs: nowMs, tell })());
    return alerts.map(shown);
  };
  return { log, pass, told, now: () => nowMs };
};

const failures = rule("failed", { kind: "record", status: ["failed"] });
const request = { action: "switch", revision: "main" };

test("a failure is told when it came, and the first success after it", async () => {
  const { log, pass, told } = timed("prod/web1");
  await store(log, "hd.req.alice.prod.web1", request);
  pass(secondMs);
  await storeResponse(log, buildFailed("web1"));
  pass(hourMs);
  await storeResponse(log, completed("web1", { request_seq: 3 }));
  await storeResponse(log, completed("web1", { request_seq: 3 }));
  assert.equal(await told(failures), [
    "1 firing prod/web1: prod/web1 failed: the configuration did not evaluate or build",
    "3601 resolved prod/web1: prod/web1 succeeded again",
  ]);
  assert.is(log.alerts.records.length, 0);
});

test("failures of a rollout are one alert, as late as an alerter would tell it", async () => {
  const { log, pass, told } = timed("prod/web1", "prod/web2", "prod/web3");
  await store(log, "hd.req.alice.prod.all", request);
  for (const host of ["web1", "web2", "web3"]) await storeResponse(log, event(host, { status: "accepted" }));
  pass(secondMs);
  await storeResponse(log, buildFailed("web1"));
  pass(60 * secondMs);
  await storeResponse(log, buildFailed("web2"));
  await storeResponse(log, completed("web3"));
  pass(hourMs);
  const [only, ...more] = await told(failures);
  assert.match(only ?? "", /^6\d firing prod\/web1 prod\/web2: 2 of 3 hosts of prod\/all failed/);
  assert.equal(more, []);
});

test("what is due after the end of the rehearsal is not told", async () => {
  const { log, pass, told } = timed("prod/web1", "prod/web2");
  await store(log, "hd.req.alice.prod.all", request);
  for (const host of ["web1", "web2"]) await storeResponse(log, event(host, { status: "accepted" }));
  await storeResponse(log, buildFailed("web1"));
  pass(60 * secondMs);
  assert.equal(await told(failures), []);
});

test("so many within a time are told once", async () => {
  const { log, pass, told } = timed("prod/web1");
  const when = { kind: "record", error: ["unauthorized"], times: { count: 3, withinMs: 600_000 } } as const;
  for (let n = 0; n < 4; n += 1) {
    await storeResponse(log, refused("web1", "unauthorized"));
    pass(60 * secondMs);
  }
  const [only, ...more] = await told(rule("break-in", when));
  assert.match(only ?? "", /^120 firing prod\/web1: 3 times in 10 min/);
  assert.equal(more, []);
});

test("what was before the beginning is not told", async () => {
  const { log, pass, told, now } = timed("prod/web1");
  await storeResponse(log, buildFailed("web1"));
  pass(hourMs);
  assert.equal(await told(failures, now()), []);
  assert.equal((await told(failures)).length, 1);
});

test("of who was heard of nothing can be told", async () => {
  const of = rule("away", { kind: "unseen", afterMs: hourMs });
  const rehearsed = rehearseAlerts(memoryLog().bus(), { rule: of, sinceMs: 0, untilMs: 1, tell: () => {} });
  assert.match(failureOf(await rehearsed()).message, /cannot be told afterwards/);
});

test("a deployment that succeeded before the beginning counts", async () => {
  const { log, pass, told, now } = timed("prod/web1");
  await storeResponse(log, completed("web1"));
  pass(2 * hourMs);
  const sinceMs = now();
  pass(hourMs);
  await storeResponse(log, completed("web1"));
  pass(10 * secondMs);
  assert.equal(await told(rule("old", { kind: "undeployed", afterMs: hourMs }), sinceMs), [
    "7200 firing prod/web1: prod/web1 has had no successful deployment for 2h",
    "10810 resolved prod/web1: prod/web1 has been deployed",
  ]);
});

test("a reboot counts as pending until a deployment needs none", async () => {
  const { log, pass, told } = timed("prod/web1");
  for (let n = 0; n < 3; n += 1) {
    await storeResponse(log, completed("web1", { reboot_needed: ["kernel"] }));
    pass(hourMs);
  }
  await storeResponse(log, completed("web1"));
  pass(hourMs);
  assert.equal(
    (await told(rule("reboot", { kind: "reboot", afterMs: 2 * hourMs }))).map((line) => line.split(" ").slice(0, 2)),
    [
      ["7210", "firing"],
      ["10810", "resolved"],
    ],
  );
});

const anyStep = fc.record({
  host: fc.constantFrom("web1", "web2"),
  kind: fc.constantFrom("accepted", "completed", "failed", "trial", "rejected"),
  request: fc.nat(3),
  passMs: fc.constantFrom(0, 20 * secondMs, hourMs / 2, 1.2 * hourMs),
});
type AnyStep = typeof anyStep extends fc.Arbitrary<infer A> ? A : never;

const happens = (log: MemoryLog, { host, kind, request: seq }: AnyStep) => {
  const changes = { request_seq: seq + 1 };
  if (kind === "accepted") return storeResponse(log, event(host, { status: "accepted", ...changes }));
  if (kind === "failed") return storeResponse(log, buildFailed(host, { error: errorCode("build_failed"), ...changes }));
  if (kind === "rejected") return storeResponse(log, refused(host, "busy", changes));
  return storeResponse(log, completed(host, kind === "trial" ? { action: "dry-activate", ...changes } : changes));
};

const tickMs = 10 * secondMs;

test("what is absent is told as an alerter tells it that looks at the same moments", async () => {
  const rules = (["unfinished", "undeployed"] as const).map((kind) => rule(kind, { kind, afterMs: hourMs }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...rules), fc.array(anyStep, { maxLength: 8 }), async (of, steps) => {
      const { log, pass, told, now } = timed("prod/web1", "prod/web2");
      const tick = ticker(tickEnv(memoryTickBus(log), rulesOf(of), now));
      rightOf(await tick());
      for (const step of steps) {
        await happens(log, step);
        for (let ms = 0; ms < step.passMs; ms += tickMs) {
          pass(tickMs);
          rightOf(await tick());
        }
      }
      pass(tickMs);
      rightOf(await tick());
      const live = alertsIn(log.alerts.records).map(shown);
      assert.equal(await told(of), live);
    }),
    { numRuns: 15 },
  );
});

test.run();
