/** What people are told of the log, once, whoever judges its records and however often they are handed over. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { judging } from "../../../streams/alerts/judge.ts";
import { alertWorld, handed, judgeAll, rule } from "../../support/alert-world.ts";

const test = suite("judging records");

const failed = { error: "build_failed", message: "no attribute nginx" };

test("a failure on one host that was asked is told at once, with what was asked", async () => {
  const world = alertWorld();
  const asked = await world.ask("prod.web1", { revision: "main", reason: "new kernel" });
  const seq = await world.answer("prod.web1", "failed", { ...failed, request_seq: asked, log_tail: ["a", "b"] });
  await judgeAll(world, world.env([rule("broken")]));
  const [one, ...more] = world.told();
  assert.is(more.length, 0);
  assert.is(one?.key, `s${seq}`);
  assert.is(one?.alert.title, "web1 failed: the configuration did not evaluate or build");
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
    [[`ok${seq}`, "resolved", "web1 succeeded again"]],
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

test("so many within a time are told once for each so many", async () => {
  const world = alertWorld();
  const refused = { error: "unauthorized" };
  for (let n = 0; n < 7; n++) {
    await world.answer("prod.web1", "rejected", refused);
    world.pass(1_000);
  }
  await judgeAll(
    world,
    world.env([rule("break-in", { when: { error: ["unauthorized"], times: { count: 3, withinMs: 600_000 } } })]),
  );
  assert.equal(
    world.told().map(({ alert }) => alert.title),
    Array(2).fill("3 times in 10 min: web1 rejected: the requester may not do this"),
  );
});

test("what is none of hd's is put aside, once", async () => {
  const world = alertWorld();
  await world.append("hd.req.alice", "{}");
  await world.append("hd.res.prod.web1.failed", "no JSON");
  await world.append("hd.req.alice.prod.web1", "no JSON");
  await judgeAll(world, world.env([rule("broken")]));
  await judgeAll(world, world.env([rule("broken")]));
  assert.is(world.counts.aside, 2);
  assert.is(world.alertRecords.length, 2);
});

test.run();
