/** What people are told of the log, once, whoever judges its records and however often they are handed over. */
import { left, map } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { SinkName } from "../../../lib/contract/names.ts";
import type { LogReader, Stored } from "../../../lib/router/ports.ts";
import { currentLedger } from "../../../streams/alerts/current-ledger.ts";
import { judging } from "../../../streams/alerts/judge.ts";
import { type AlertWorld, alertWorld, handed, judgeAll, rule } from "../../support/alert-world.ts";
import { fit } from "../../support/fixtures.ts";

const test = suite("judging records");

const breakIn = rule("break-in", { when: { error: ["unauthorized"], times: { count: 3, withinMs: 600_000 } } });

const recordAt = (world: AlertWorld, seq: number): Stored => {
  const record = world.records[seq - 1];
  if (record === undefined) throw new Error(`there is no record ${seq}`);
  return record;
};

/** The stream of alerts on a replica that has each record only after it was asked so often. */
const lagging = ({ alerts, alertRecords }: AlertWorld, reads: number) => {
  let [known, left] = [alertRecords.length, 0];
  const range: LogReader["range"] = (seq, filter, limit) => async () => {
    if (alertRecords.length > known && left === 0) left = reads + 1;
    if (left > 0) left -= 1;
    if (left === 0) known = alertRecords.length;
    return map((all: readonly Stored[]) => all.filter((one) => one.seq <= known))(
      await alerts.range(seq, filter, limit)(),
    );
  };
  return { ...alerts, range };
};

const failed = { error: "build_failed", message: "no attribute nginx" };

test("a failure on one host that was asked is told at once, with what was asked", async () => {
  const world = alertWorld();
  const asked = await world.ask("prod.web1", { revision: "main", reason: "new kernel" });
  const seq = await world.answer("prod.web1", "failed", { ...failed, request_seq: asked, log_tail: ["a", "b"] });
  await judgeAll(world, world.env([rule("broken")]));
  const [one, ...more] = world.told();
  assert.is(more.length, 0);
  assert.is(one?.key, `s${seq}`);
  assert.is(one?.alert.title, "prod/web1 failed: the configuration did not evaluate or build");
  assert.equal(one?.alert.hosts, ["prod/web1"]);
  assert.is(one?.alert.about?.reason, "new kernel");
  assert.equal(one?.alert.details[0]?.log_tail, ["a", "b"]);
  assert.is(one?.alert.as_of, seq);
});

test("failures of a rollout are one alert", async () => {
  const world = alertWorld();
  const asked = await world.ask("prod.all");
  const hosts = Array.from({ length: 50 }, (_, n) => `prod.web${n}`);
  for (const host of hosts) await world.answer(host, "accepted", { request_seq: asked });
  for (const [n, host] of hosts.entries()) {
    await world.answer(host, n % 2 ? "completed" : "failed", { ...(n % 2 ? {} : failed), request_seq: asked });
  }
  await judgeAll(world, world.env([rule("broken")]));
  assert.equal(
    world.told().map(({ key, alert }) => [key, alert.title, alert.hosts.length]),
    [[`r${asked}`, "25 of 50 hosts of prod/all failed: the configuration did not evaluate or build", 25]],
  );
});

test("the first success closes what was told", async () => {
  const world = alertWorld();
  const first = await world.ask("prod.web1");
  await world.answer("prod.web1", "failed", { ...failed, request_seq: first });
  const second = await world.ask("prod.web1");
  const seq = await world.answer("prod.web1", "completed", { request_seq: second });
  await world.answer("prod.web1", "completed", { request_seq: second });
  await judgeAll(world, world.env([rule("broken")]));
  assert.equal(
    world
      .told()
      .map(({ key, alert }) => [key, alert.kind, alert.title])
      .slice(1),
    [[`ok${seq}`, "resolved", "prod/web1 succeeded again"]],
  );
});

test("a record that no rule is about is settled without a look at anything", async () => {
  const world = alertWorld();
  const asked = await world.ask("prod.web1");
  await world.answer("prod.web1", "failed", { ...failed, request_seq: asked });
  const silent = new Proxy(world.log, { get: () => () => assert.unreachable("the log is asked") });
  const judge = judging(
    world.env([rule("test-only", { when: { status: ["failed"], tier: ["test"] } })], { log: silent }),
  );
  for (const record of world.records) {
    const { delivery, settled } = handed(record);
    await judge(delivery);
    assert.is(settled(), "acked");
  }
});

test("so many within a time are told once within it, and later with how many there were since", async () => {
  const world = alertWorld();
  const refused = { error: "unauthorized" };
  for (let n = 0; n < 7; n++) {
    await world.answer("prod.web1", "rejected", refused);
    world.pass(1_000);
  }
  await judgeAll(world, world.env([breakIn]));
  assert.equal(
    world.told().map(({ alert }) => alert.title),
    ["3 times in 10 min: prod/web1 rejected: the requester may not do this"],
  );
});

test("a flood is told once within the time, with how many there were", async () => {
  const world = alertWorld();
  for (let n = 0; n < 130; n++) {
    await world.answer("prod.web1", "rejected", { error: "unauthorized" });
    world.pass(10_000);
  }
  await judgeAll(world, world.env([breakIn]));
  assert.equal(
    world.told().map(({ alert }) => alert.title.split(" ")[0]),
    ["3", "60", "60"],
  );
});

test("an alert that could not be read again is not written, and told in the log", async () => {
  const world = alertWorld();
  await world.answer("prod.web1", "failed", failed);
  const sinks = Array.from({ length: 65 }, (_, n) => fit(SinkName, `sink${n}`));
  const { delivery, settled } = handed(recordAt(world, 1));
  await judging(world.env([rule("broken", { to: [fit(SinkName, "phone"), ...sinks] })]))(delivery);
  assert.is(settled(), 1_000);
  assert.is(world.alertRecords.length, 0);
  assert.is(world.logger.lines[0]?.level, "error");
});

test("it does not matter in which order they are looked at, and what is too long ago does not count", async () => {
  const world = alertWorld();
  for (const passMs of [700_000, 200_000, 200_000, 0]) {
    await world.answer("prod.web1", "rejected", { error: "unauthorized" });
    world.pass(passMs);
  }
  const judge = judging(world.env([breakIn]));
  for (const seq of [4, 1, 3, 2]) {
    const { delivery, settled } = handed(recordAt(world, seq));
    await judge(delivery);
    assert.is(settled(), "acked");
  }
  assert.equal(
    world.told().map(({ alert }) => alert.details.map((one) => one.seq)),
    [[2, 3, 4]],
  );
});

test("what was told of many closes on each of them", async () => {
  const world = alertWorld();
  for (const host of ["web1", "web2", "web3"])
    await world.answer(`prod.${host}`, "rejected", { error: "unauthorized" });
  await world.answer("prod.web2", "completed");
  const judge = judging(world.env([breakIn]));
  // The success is looked at when nothing is open yet.
  for (const seq of [4, 3]) await judge(handed(recordAt(world, seq)).delivery);
  assert.equal(
    world.told().map(({ alert }) => [alert.kind, alert.hosts]),
    [
      ["firing", ["prod/web1", "prod/web2", "prod/web3"]],
      ["resolved", ["prod/web2"]],
    ],
  );
});

test("a success that was judged just before its failure was told closes it all the same", async () => {
  const world = alertWorld();
  await world.answer("prod.web1", "failed", failed);
  await world.answer("prod.web1", "completed");
  const judge = judging(world.env([rule("broken")]));
  for (const seq of [2, 1]) await judge(handed(recordAt(world, seq)).delivery);
  assert.equal(
    world.told().map(({ alert }) => alert.kind),
    ["firing", "resolved"],
  );
});

for (const [first, then, isOver] of [
  ["switch", "dry-activate", false],
  ["dry-activate", "dry-activate", true],
  ["dry-activate", "switch", true],
  ["switch", "boot", true],
] as const) {
  test(`a failed ${first} ${isOver ? "is over" : "goes on"} when a ${then} succeeds`, async () => {
    const world = alertWorld();
    const asked = async (action: string) => world.ask("prod.web1", { revision: "main", action });
    await world.answer("prod.web1", "failed", { ...failed, action: first, request_seq: await asked(first) });
    await world.answer("prod.web1", "completed", { action: then, request_seq: await asked(then) });
    const end = await world.answer("prod.web1", "completed", { action: "switch", request_seq: await asked("switch") });
    await judgeAll(world, world.env([rule("broken")]));
    const closing = world.told().filter(({ alert }) => alert.kind === "resolved");
    assert.equal(
      closing.map(({ key }) => key),
      [`ok${isOver ? end - 2 : end}`],
    );
  });
}

for (const target of ["prod.web1", "prod.all"]) {
  for (const reads of [1, 2, 4]) {
    test(`a replica that hides the newest alert for ${reads} reads closes nothing of ${target} twice`, async () => {
      const world = alertWorld();
      await world.answer("prod.web1", "failed", { ...failed, request_seq: await world.ask(target) });
      await judgeAll(world, world.env([rule("broken")]));
      await world.answer("prod.web1", "completed", { request_seq: await world.ask(target) });
      await judgeAll(world, world.env([rule("broken")], { ledger: currentLedger(lagging(world, reads)) }));
      assert.equal(
        world.told().map(({ alert }) => alert.kind),
        ["firing", "resolved"],
      );
    });
  }
}

for (const target of ["prod.web1", "prod.all"]) {
  for (const more of [0, 1, 3]) {
    test(`a stream of alerts that is made anew is read anew, with ${more} of ${target} in it already`, async () => {
      const world = alertWorld();
      const env = world.env([rule("broken")]);
      const judge = judging(env);
      const failAndClose = async (with_: typeof judge) => {
        await world.answer("prod.web1", "failed", { ...failed, request_seq: await world.ask(target) });
        world.pass(300_000);
        await with_(handed(recordAt(world, world.records.length)).delivery);
        await world.answer("prod.web1", "completed", { request_seq: await world.ask(target) });
        world.pass(300_000);
        await with_(handed(recordAt(world, world.records.length)).delivery);
      };
      await failAndClose(judge);
      const failure = recordAt(world, 2);
      world.loseAlerts();
      for (let n = 0; n < more; n++) await failAndClose(judging(world.env([rule("broken")])));
      await failAndClose(judge);
      assert.equal(
        world.told().map(({ alert }) => alert.kind),
        Array.from({ length: more + 1 }, () => ["firing", "resolved"]).flat(),
      );
      // What comes again is told again.
      await judge(handed(failure).delivery);
      assert.ok(world.told().some(({ alert }) => alert.details[0]?.seq === 2));
    });
  }
}

test("a control request that is done ends no trouble", async () => {
  const world = alertWorld();
  await world.answer("prod.web1", "failed", failed);
  await world.answer("prod.web1", "applied", { control: "unfreeze" });
  await judgeAll(world, world.env([rule("broken")]));
  assert.is(world.told().length, 1);
});

test("what cannot be read or written now is tried again, each time later, and told", async () => {
  const world = alertWorld();
  const asked = await world.ask("prod.web1");
  await world.answer("prod.web1", "failed", { ...failed, request_seq: asked });
  const away = () => async () => left(failure("unreachable", "Nobody answers."));
  const broken = () => async () => {
    throw new Error("a slip");
  };
  const { log, alerts } = world;
  for (const [changes, level] of [
    [{ log: { ...log, next: away } }, "warn"],
    [{ alerts: { ...alerts, append: away } }, "warn"],
    [{ alerts: { ...alerts, append: broken } }, "error"],
    [{ ledger: away() }, "warn"],
  ] as const) {
    const judge = judging(world.env([rule("broken")], changes));
    const delays: unknown[] = [];
    for (const attempt of [1, 2, 3, 200]) {
      const { delivery, settled } = handed(recordAt(world, 2), attempt);
      await judge(delivery);
      delays.push(settled());
    }
    assert.equal(delays, [1_000, 2_000, 4_000, 30_000]);
    assert.is(world.logger.lines.at(-1)?.level, level);
  }
  await judgeAll(world, world.env([rule("broken")]));
  assert.is(world.told().length, 1);
});

test("what is none of hd's is put aside, once", async () => {
  const world = alertWorld();
  await world.append("hd.req.alice", "{}");
  await world.append("hd.res.prod.web1.failed", "no JSON");
  await world.append("hd.req.alice.prod.web1", "no JSON");
  // Of builds people are told nothing, and they are hd's all the same.
  await world.append("hd.req.alice.build.nixos.all", '{"revision":"main"}');
  const said = { builder: "ci", repo: "nixos", target: "all", status: "failed", error: "build_failed", message: "m" };
  await world.append("hd.res.build.ci.failed", JSON.stringify(said));
  await judgeAll(world, world.env([rule("broken")]));
  await judgeAll(world, world.env([rule("broken")]));
  assert.is(world.counts.aside, 2);
  assert.is(world.alertRecords.length, 2);
});

test("what was put aside by a judge that was killed is not put aside again when its message id is forgotten", async () => {
  const world = alertWorld();
  await world.append("hd.req.alice", "{}");
  await judging(world.env([]))(handed(recordAt(world, 1)).delivery);
  const append = () => async () => left(failure("internal", "It is written again."));
  const { delivery, settled } = handed(recordAt(world, 1), 2);
  await judging(world.env([], { alerts: { ...world.alerts, append } }))(delivery);
  assert.is(settled(), "acked");
});

test.run();
