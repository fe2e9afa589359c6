/**
 * Two judges share the log, in any order and at the same moment, are killed between any two of their steps and handed the same
 * again: people are told of each record once, and of nothing that is over that it goes on.
 */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { placeOf } from "../../../lib/contract/alert.ts";
import type { Stored } from "../../../lib/router/ports.ts";
import { currentLedger } from "../../../streams/alerts/current-ledger.ts";
import { judging } from "../../../streams/alerts/judge.ts";
import { type RecordRule, recordRules } from "../../../streams/alerts/judge-env.ts";
import { type Ledger, ledgerOf } from "../../../streams/alerts/ledger.ts";
import { isMatch } from "../../../streams/alerts/match.ts";
import { type ResponseRecord, readRecord } from "../../../streams/records.ts";
import { type AlertWorld, alertWorld, handed, rule } from "../../support/alert-world.ts";
import { deferred, hostName, tier } from "../../support/fixtures.ts";

const test = suite("judges that share the log");

const rules = [
  rule("failed"),
  rule("rejected", { when: { kind: "record", status: ["rejected", "started"] }, recovery: true, groupWaitMs: 3_000 }),
];

/** What hosts do with one request: each accepts and ends it, or rejects it. */
interface Step {
  readonly target: string;
  readonly ends: readonly (readonly [host: string, end: "completed" | "failed" | "rejected"])[];
  readonly passMs: number;
  readonly trial: boolean;
}

const hosts = ["web1", "web2", "web3"] as const;
const anyEnd = fc.constantFrom("completed", "failed", "rejected" as const);
const anyStep: fc.Arbitrary<Step> = fc
  .record({
    target: fc.constantFrom("all", "role.web", ...hosts),
    ends: fc.tuple(anyEnd, anyEnd, anyEnd),
    order: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
    passMs: fc.constantFrom(0, 10, 2_500, 400_000),
    trial: fc.boolean(),
  })
  .map(({ target, ends, order, ...step }) => {
    const named = order.map((n) => [hosts[n] ?? "web1", ends[n] ?? "failed"] as const);
    const own = named.map(([, end]) => [target, end] as const).slice(0, 1);
    return { ...step, target, ends: hosts.some((host) => host === target) ? own : named };
  });

type Line = () => Promise<void>;

/** Each record by itself, so that others can come in between. */
const linesOf = (world: AlertWorld, steps: readonly Step[]): Line[] =>
  steps.flatMap(({ target, ends, passMs, trial }) => {
    const action = trial ? "dry-activate" : "switch";
    let request_seq = 0;
    const say = (host: string, status: "accepted" | "started" | "completed" | "failed" | "rejected") => async () =>
      void (await world.answer(`prod.${host}`, status, {
        ...{ request_seq, action },
        error: status === "failed" ? "build_failed" : status === "rejected" ? "busy" : null,
      }));
    return [
      async () => {
        world.pass(passMs);
        request_seq = await world.ask(`prod.${target}`, { revision: "main", action });
      },
      ...ends
        .filter(([, end]) => end !== "rejected")
        .flatMap(([host]) => [say(host, "accepted"), say(host, "started")]),
      ...ends.map(([host, end]) => say(host, end)),
    ];
  });

/** A process: its ports answer when the scheduler says so, and never again once it is killed. */
const processOf = (world: AlertWorld, scheduler: fc.Scheduler) => {
  const death = deferred<"killed">();
  let isDead = false;
  const moment = async (): Promise<void> => {
    await scheduler.schedule(Promise.resolve());
    if (isDead) await new Promise(() => undefined);
  };
  const slow = <A extends object>(ports: A): A =>
    new Proxy(ports, {
      get: (target, name) => {
        const port: unknown = Reflect.get(target, name);
        if (typeof port !== "function") return port;
        return (...args: readonly unknown[]) =>
          async () => {
            await moment();
            const answer: unknown = await port(...args)();
            await moment();
            return answer;
          };
      },
    });
  const alerts = slow(world.alerts);
  const env = { ...world.env(rules), log: slow(world.log), alerts, ledger: currentLedger(alerts) };
  const kill = (): void => {
    isDead = true;
    death.resolve("killed");
  };
  return { judge: judging(env), death: death.promise, kill };
};

type Chance = (below: number) => number;

interface Open {
  readonly record: Stored;
  attempt: number;
  dueMs: number;
}

const mostDeaths = 6;

/** Appends and judges, some at a time, until all is settled. */
const run = async (
  world: AlertWorld,
  steps: readonly Step[],
  chance: Chance,
  scheduler: fc.Scheduler,
): Promise<void> => {
  const lines = linesOf(world, steps);
  const processes = [processOf(world, scheduler), processOf(world, scheduler)];
  const open = new Set<Open>();
  let [known, deaths] = [0, 0];

  const maybeKill = (n: number): void => {
    if (deaths >= mostDeaths || chance(8) > 0) return;
    deaths += 1;
    void scheduler.schedule(Promise.resolve()).then(() => {
      processes[n]?.kill();
      processes[n] = processOf(world, scheduler);
    });
  };
  const handOver = async (one: Open): Promise<void> => {
    const n = chance(2);
    const { judge, death } = processes[n] ?? processOf(world, scheduler);
    one.attempt += 1;
    one.dueMs = world.now() + 30_000;
    const { delivery, settled } = handed(one.record, one.attempt);
    maybeKill(n);
    const how = await Promise.race([judge(delivery).then(settled), death]);
    if (how === "acked") open.delete(one);
    else if (typeof how === "number") one.dueMs = world.now() + how;
  };
  const lookForNew = (): void => {
    for (const record of world.records.slice(known)) open.add({ record, attempt: 0, dueMs: 0 });
    known = world.records.length;
  };
  for (let round = 0; lines.length > 0 || open.size > 0; round++) {
    assert.ok(round < 5_000, "it never ends");
    for (let n = chance(4); n > 0; n--) await lines.shift()?.();
    lookForNew();
    const due = [...open].filter(({ dueMs }) => dueMs <= world.now());
    if (due.length === 0) world.pass(500);
    const picked = Array.from({ length: chance(4) + 1 }, () => due.splice(chance(due.length || 1), 1)).flat();
    await scheduler.waitFor(Promise.all(picked.map(handOver)));
  }
};

const responses = (world: AlertWorld): readonly ResponseRecord[] =>
  world.records.map(readRecord).filter((record) => record.kind === "response");

/** Each record that a rule is about, once. */
const isToldOnce = (world: AlertWorld): void => {
  for (const { name, when } of recordRules(rules)) {
    const about = responses(world).filter((record) => isMatch(when, record, () => []));
    const told = world.told().filter(({ alert }) => alert.rule === name && alert.kind === "firing");
    const seqs = told.flatMap(({ alert }) => alert.details.map(({ seq }) => seq ?? 0)).toSorted((a, b) => a - b);
    assert.equal(
      seqs,
      about.map(({ seq }) => seq),
      name,
    );
  }
};

/** Nothing is closed that is not open. */
const folded = (world: AlertWorld): Ledger => {
  const ledger = ledgerOf();
  for (const record of world.told()) {
    const { rule: name, kind, hosts: places } = record.alert;
    for (const place of kind === "resolved" ? places : []) {
      assert.ok(ledger.open(name, place), `${name} on ${place} is closed twice`);
    }
    ledger.take(record);
  }
  return ledger;
};

/** Open is what a host has not succeeded after. Of a trial it depends on what is open. */
const isOpenOn = ({ when }: RecordRule, own: readonly ResponseRecord[]): boolean | undefined => {
  const newest = own.findLast((one) => isMatch(when, one, () => []))?.seq;
  if (newest === undefined) return false;
  const after = own.filter((one) => one.seq > newest && one.status === "completed");
  if (after.some(({ event }) => event.action === "switch")) return false;
  return after.length === 0 ? true : undefined;
};

const isClosed = (world: AlertWorld): void => {
  const ledger = folded(world);
  for (const one of recordRules(rules)) {
    for (const host of hosts) {
      const wanted = isOpenOn(
        one,
        responses(world).filter((response) => response.host === host),
      );
      const isOpen = ledger.open(one.name, placeOf(tier("prod"), hostName(host))) !== undefined;
      assert.is(isOpen, wanted ?? isOpen, `${one.name} on ${host}`);
    }
  }
};

test("in any order, with kills, each record is told once and each success closes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      fc.scheduler(),
      async (steps, chances, scheduler) => {
        const world = alertWorld();
        await run(world, steps, (below) => (chances.next().value ?? 0) % below, scheduler);
        isToldOnce(world);
        isClosed(world);
      },
    ),
    { numRuns: 100 },
  );
});

test.run();
