/** What is absent is told once when it is due, once when it is over, and by two alerters not twice. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Absence, Rule } from "../../../lib/contract/alert-rules.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { type Tick, ticker } from "../../../streams/alerts/tick.ts";
import {
  announce,
  applied,
  buildFailed,
  completed,
  enrol,
  event,
  refused,
  store,
  storeResponse,
} from "../../cli/support/fleet.ts";
import { alertsIn, memoryTickBus, rule, rulesOf, tickEnv, toldIn } from "../../support/alerter.ts";
import { rightOf } from "../../support/either.ts";
import { noonMs, role, tier } from "../../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../../support/memory-bus.ts";

const test = suite("streams/alerts/absences");

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface World {
  readonly log: MemoryLog;
  readonly tick: Tick;
  /** Some time passes, and then an alerter looks. */
  readonly after: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly told: () => readonly string[];
}

const world = async (rules: readonly Rule[], ...hosts: readonly string[]): Promise<World> => {
  let nowMs = noonMs;
  const now = () => nowMs;
  const log = memoryLog({ now });
  enrol(log, ...hosts);
  const tick = ticker(tickEnv(memoryTickBus(log), rulesOf(...rules), now));
  rightOf(await tick());
  const after = async (ms: number) => {
    nowMs += ms;
    rightOf(await tick());
  };
  return { log, tick, after, now, told: () => toldIn(log.alerts.records) };
};

const missing = (kind: Absence, afterMs: number, changes: Partial<Rule> = {}): Rule =>
  rule("missing", { kind, afterMs }, changes);

const accepted = (name: string, seq = 1): DeployEvent => event(name, { status: "accepted", request_seq: seq });

const begun = "missing firing prod/web1";
const over = "missing resolved prod/web1";

test("a request that is not ended in time is told once, and its end", async () => {
  const { log, after, told } = await world([missing("unfinished", hourMs)], "prod/web1");
  await storeResponse(log, accepted("web1"));
  await after(hourMs);
  assert.equal(told(), []);
  await after(1);
  await after(hourMs);
  assert.equal(told(), [begun]);
  await storeResponse(log, completed("web1"));
  await after(1);
  await after(hourMs);
  assert.equal(told(), [begun, over]);
});

test("what is told of it says which request, by whom, and since when", async () => {
  const { log, after } = await world([missing("unfinished", hourMs)], "prod/web1");
  await storeResponse(log, accepted("web1", 1));
  await after(2 * hourMs);
  const [alert] = alertsIn(log.alerts.records);
  assert.is(alert?.title, "prod/web1 has not ended for 2h what it accepted");
  assert.equal([alert?.about?.seq, alert?.about?.requester, alert?.about?.revision], [1, "alice", "main"]);
  const [detail] = alert?.details ?? [];
  assert.equal([detail?.since, detail?.seq, detail?.status], ["2026-01-31T12:00:00.000Z", 1, "accepted"]);
});

const ends: readonly (readonly [string, readonly DeployEvent[], readonly string[]])[] = [
  ["a failure is an end", [buildFailed("web1")], []],
  ["a refusal of another request is none", [refused("web1", "busy", { request_seq: 2 })], [begun]],
  ["an answer to control is none", [applied("web1", "freeze", { request_seq: 2 })], [begun]],
  ["the late end of an older request is none", [completed("web1", { request_seq: 7 })], [begun]],
  ["an end of which an older host does not say", [{ ...completed("web1"), request_seq: undefined } as never], [begun]],
  ["an end below the late end of an older request", [completed("web1"), buildFailed("web1", { request_seq: 7 })], []],
  ["only what was accepted last counts", [accepted("web1", 2), completed("web1", { request_seq: 2 })], []],
];

for (const [name, events, expected] of ends) {
  test(`unfinished: ${name}`, async () => {
    const { log, after, told } = await world([missing("unfinished", hourMs)], "prod/web1");
    await storeResponse(log, accepted("web1", 1));
    for (const one of events) await storeResponse(log, one);
    await after(2 * hourMs);
    assert.equal(told(), expected);
  });
}

test("what began anew since it was told is over, and told anew when it is due", async () => {
  const { log, after, told } = await world([missing("unfinished", hourMs)], "prod/web1");
  await storeResponse(log, accepted("web1", 1));
  await after(2 * hourMs);
  await storeResponse(log, completed("web1"));
  await storeResponse(log, accepted("web1", 2));
  await after(2 * hourMs);
  assert.equal(told(), [begun, over, begun]);
});

test("a host that is not heard of is told, and when it is heard of again", async () => {
  const { log, after, told } = await world([missing("unseen", 10 * minuteMs)], "prod/web1", "prod/web2", "prod/new");
  await announce(log, "prod/web1");
  await announce(log, "prod/web2");
  await after(10 * minuteMs);
  await announce(log, "prod/web2");
  await after(minuteMs);
  await after(minuteMs);
  assert.equal(told(), [begun]);
  await announce(log, "prod/web1");
  await after(minuteMs);
  assert.equal(told(), [begun, over]);
});

test("a host that said good-bye is not heard of", async () => {
  const { log, after, told } = await world([missing("unseen", 10 * minuteMs)], "prod/web1");
  await announce(log, "prod/web1", { stopped: true });
  await after(11 * minuteMs);
  assert.equal(told(), [begun]);
});

test("hosts of one look are one alert", async () => {
  const hosts = ["prod/web1", "prod/web2", "test/web3"];
  const { log, after, told } = await world([missing("unseen", 10 * minuteMs)], ...hosts);
  for (const host of hosts) await announce(log, host);
  await after(11 * minuteMs);
  assert.equal(told(), ["missing firing prod/web1 prod/web2 test/web3"]);
  assert.is(
    alertsIn(log.alerts.records)[0]?.title,
    "3 hosts (prod/web1, prod/web2, test/web3) have not been heard of for more than 10m",
  );
  for (const host of hosts) await announce(log, host);
  await after(minuteMs);
  assert.is(told()[1], "missing resolved prod/web1 prod/web2 test/web3");
});

test("a deployment that succeeded long ago is told, and the next one", async () => {
  const { log, after, told } = await world([missing("undeployed", 30 * dayMs)], "prod/web1", "prod/never");
  await storeResponse(log, completed("web1"));
  await after(29 * dayMs);
  await storeResponse(log, buildFailed("web1"));
  await storeResponse(log, completed("web1", { action: "dry-activate" }));
  assert.equal(told(), []);
  await after(2 * dayMs);
  assert.equal(told(), [begun]);
  await storeResponse(log, completed("web1", { action: "boot" }));
  await after(1);
  assert.equal(told(), [begun, over]);
});

test("a host on which nothing ever succeeded counts from its first answer", async () => {
  const { log, after, told } = await world([missing("undeployed", dayMs)], "prod/web1");
  await storeResponse(log, buildFailed("web1"));
  await after(hourMs);
  await storeResponse(log, buildFailed("web1"));
  await after(dayMs);
  assert.equal(told(), [begun]);
});

const needsReboot = { reboot_needed: ["kernel"] };

test("a reboot that is pending counts from the first deployment that said so", async () => {
  const { log, after, told } = await world([missing("reboot", 7 * dayMs)], "prod/web1");
  await storeResponse(log, completed("web1"));
  await after(dayMs);
  await announce(log, "prod/web1", needsReboot);
  await storeResponse(log, completed("web1", needsReboot));
  await after(6 * dayMs);
  await storeResponse(log, completed("web1", needsReboot));
  await after(dayMs);
  assert.equal(told(), []);
  await after(1);
  assert.equal(told(), [begun]);
  await announce(log, "prod/web1");
  await after(1);
  assert.equal(told(), [begun, over]);
});

test("a reboot that is needed by no deployment has no beginning, and one before the boot neither", async () => {
  const { log, after, told, now } = await world([missing("reboot", dayMs)], "prod/web1", "prod/web2");
  await storeResponse(log, completed("web1"));
  await storeResponse(log, completed("web2", needsReboot));
  await after(dayMs);
  await announce(log, "prod/web1", needsReboot);
  await announce(log, "prod/web2", { ...needsReboot, booted_at: new Date(now()).toISOString() });
  await after(10 * dayMs);
  assert.equal(told(), []);
});

test("a rule is about the hosts that it names, by tier and by role", async () => {
  const about = { tier: [tier("prod")], role: [role("web")] };
  const { log, after, told } = await world(
    [rule("missing", { kind: "unseen", afterMs: minuteMs, ...about })],
    ...["prod/web1:web", "prod/db1:db", "test/web2:web", "prod/said"],
  );
  for (const host of ["prod/web1:web", "prod/db1:db", "test/web2:web", "prod/said:web"]) await announce(log, host);
  await after(hourMs);
  assert.equal(told(), ["missing firing prod/web1 prod/said"]);
});

test("without recovery the end is recorded and nobody is told of it", async () => {
  const { log, after, told } = await world([missing("unseen", 5 * minuteMs, { recovery: false })], "prod/web1");
  for (let n = 0; n < 2; n += 1) {
    await announce(log, "prod/web1");
    await after(minuteMs);
    await after(5 * minuteMs);
  }
  assert.equal(told(), [begun, over, begun]);
  assert.equal(
    alertsIn(log.alerts.records).map(({ to }) => to.length),
    [1, 0, 1],
  );
});

test("a record that cannot be read ends nothing and hides nothing", async () => {
  const { log, after, told } = await world([missing("unfinished", hourMs)], "prod/web1");
  await storeResponse(log, accepted("web1"));
  await store(log, "hd.res.prod.web1.completed", "no JSON");
  await announce(log, "prod/web1", "no JSON");
  await after(2 * hourMs);
  assert.equal(told(), [begun]);
});

test("whoever starts after the server gives hosts the time to announce themselves", async () => {
  let nowMs = noonMs;
  const now = () => nowMs;
  const log = memoryLog({ now });
  enrol(log, "prod/web1");
  await announce(log, "prod/web1");
  nowMs += dayMs;
  const rules = rulesOf(missing("unseen", hourMs));
  const tick = ticker({ ...tickEnv(memoryTickBus(log), rules, now), settleMs: 2 * minuteMs });
  const told = async (ms: number) => {
    nowMs += ms;
    rightOf(await tick());
    return toldIn(log.alerts.records);
  };
  assert.equal(await told(0), []);
  assert.equal(await told(2 * minuteMs - 1), []);
  assert.equal(await told(1), [begun]);
});

/** Lets each question and each record wait until it is its turn in the order that was drawn. */
const scheduled = <A extends object>(s: fc.Scheduler, port: A): A =>
  new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "object" && value !== null) return scheduled(s, value);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const task = Reflect.apply(value, target, args);
        return () => s.schedule(Promise.resolve(), String(name)).then(task);
      };
    },
  });

const anyStep = fc.record({
  host: fc.constantFrom("web1", "web2", "web3"),
  kind: fc.constantFrom("seen", "accepted", "ended", "look", "look", "look"),
  passMs: fc.constantFrom(0, 0, minuteMs, 61 * minuteMs),
});

type AnyStep = typeof anyStep extends fc.Arbitrary<infer A> ? A : never;

const happens = async (log: MemoryLog, { kind, host }: AnyStep, seq: number): Promise<void> => {
  if (kind === "seen") await announce(log, `prod/${host}`);
  if (kind === "accepted") await storeResponse(log, accepted(host, seq));
  if (kind === "ended") await storeResponse(log, completed(host, { request_seq: seq - 1 }));
};

/** A host is told of in turn: that it lacks something, and that it does no more. */
const inTurn = (log: MemoryLog): void => {
  const open = new Set<string>();
  for (const { rule: name, kind, hosts } of alertsIn(log.alerts.records)) {
    for (const place of hosts) {
      const key = `${name} ${place}`;
      assert.is(open.has(key), kind === "resolved", `${key} is told ${kind} twice`);
      if (kind === "firing") open.add(key);
      else open.delete(key);
    }
  }
};

test("two alerters whose clocks differ tell each host once, in whatever order they look", async () => {
  const rules = rulesOf(missing("unfinished", hourMs), rule("away", { kind: "unseen", afterMs: hourMs }));
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(anyStep, { maxLength: 14 }),
      fc.constantFrom(0, -2 * minuteMs, 2 * minuteMs),
      async (s, steps, skewMs) => {
        let nowMs = noonMs;
        const log = memoryLog({ now: () => nowMs });
        enrol(log, "prod/web1", "prod/web2", "prod/web3");
        const alerter = (ahead: number) =>
          ticker(tickEnv(scheduled(s, memoryTickBus(log)), rules, () => nowMs + ahead));
        const both = [alerter(0), alerter(skewMs)];
        for (const [n, step] of steps.entries()) {
          await happens(log, step, n + 2);
          nowMs += step.passMs;
          if (step.kind === "look") await s.waitFor(Promise.all(both.map((tick) => tick())));
        }
        const look = () => s.waitFor(Promise.all(both.map((tick) => tick())));
        // The first finds the server, the second tells what there is.
        await look();
        await look();
        const told = log.alerts.records.length;
        await look();
        assert.is(log.alerts.records.length, told, "there is nothing more to tell");
        inTurn(log);
      },
    ),
    { numRuns: 150 },
  );
});

test.run();
