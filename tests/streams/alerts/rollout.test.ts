/** Records of a rollout wait for each other, and no longer than the rule says. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { judging } from "../../../streams/alerts/judge.ts";
import { type AlertWorld, alertWorld, handed, judgeAll, rule } from "../../support/alert-world.ts";

const test = suite("alerts of rollouts");

const failed = { error: "build_failed" };

/** Hands the newest record over, once. */
const judgeNewest = async (world: AlertWorld, judge: ReturnType<typeof judging>) => {
  const record = world.records.at(-1);
  if (record === undefined) throw new Error("there is none");
  const { delivery, settled } = handed(record);
  await judge(delivery);
  return settled();
};

const titles = (world: AlertWorld): readonly string[] => world.told().map(({ alert }) => alert.title);

test("while a host is at it, nothing is told; when the time is over, it is told without that host", async () => {
  const world = alertWorld();
  const judge = judging(world.env([rule("broken")]));
  const request_seq = await world.ask("prod.all");
  for (const host of ["prod.web1", "prod.web2"]) await world.answer(host, "accepted", { request_seq });
  await world.answer("prod.web1", "failed", { ...failed, request_seq });
  assert.type(await judgeNewest(world, judge), "number");
  world.pass(299_999);
  assert.type(await judgeNewest(world, judge), "number");
  assert.equal(titles(world), []);
  world.pass(1);
  assert.is(await judgeNewest(world, judge), "acked");
  await world.answer("prod.web2", "failed", { ...failed, request_seq });
  await judgeAll(world, world.env([rule("broken")]));
  assert.equal(titles(world), [
    "prod/web1 failed: the configuration did not evaluate or build",
    "prod/web2 failed: the configuration did not evaluate or build",
  ]);
  assert.equal(
    world.told().map(({ alert }) => alert.part),
    [1, 2],
  );
});

test("hosts that refuse at the same moment are told together", async () => {
  const world = alertWorld();
  const request_seq = await world.ask("prod.role.web");
  for (let n = 0; n < 5; n++) {
    await world.answer(`prod.web${n}`, "rejected", { error: "frozen", request_seq });
    world.pass(500);
  }
  await judgeAll(world, world.env([rule("refused", { when: { status: ["rejected"] } })]));
  assert.equal(titles(world), ["5 of 5 hosts of prod/role/web rejected: deployments are frozen"]);
});

test("a host that went on to the next request has ended this one", async () => {
  const world = alertWorld();
  const request_seq = await world.ask("prod.all");
  await world.answer("prod.web1", "accepted", { request_seq });
  await world.answer("prod.web2", "failed", { ...failed, request_seq });
  const next = await world.ask("prod.web1");
  await world.answer("prod.web1", "accepted", { request_seq: next });
  const startMs = world.now();
  await judgeAll(world, world.env([rule("broken")]));
  assert.is(titles(world).length, 1);
  assert.ok(world.now() - startMs < 10_000);
});

test("who has succeeded before it is told is told of as that, and nothing is open there", async () => {
  const world = alertWorld();
  const request_seq = await world.ask("prod.all");
  for (const host of ["prod.web1", "prod.web2"]) await world.answer(host, "failed", { ...failed, request_seq });
  await world.answer("prod.web1", "completed", { request_seq: await world.ask("prod.web1") });
  await judgeAll(world, world.env([rule("broken")]));
  const [first, ...more] = world.told();
  assert.equal(
    first?.alert.details.map(({ host, recovered }) => [host, recovered]),
    [
      ["web1", "yes"],
      ["web2", undefined],
    ],
  );
  assert.is(more.length, 0);
});

test("what a host says it answers, and no request is, is told by itself", async () => {
  const world = alertWorld();
  await world.ask("prod.all");
  for (const request_seq of [2, 3, 99, undefined])
    await world.answer("prod.web1", "failed", { ...failed, request_seq });
  await judgeAll(world, world.env([rule("broken")]));
  assert.equal(
    world.told().map(({ key }) => key),
    ["s2", "s3", "s4", "s5"],
  );
});

test("what a host says it answers, and was asked of others, is told and closed by itself", async () => {
  const world = alertWorld();
  const env = world.env([rule("broken")]);
  for (const target of ["prod.db1", "test.all", "test.role.web"]) {
    const request_seq = await world.ask(target);
    const seq = await world.answer("prod.web2", "failed", { ...failed, request_seq });
    const judge = judging(env);
    assert.is(await judgeNewest(world, judge), "acked", target);
    const end = await world.answer("prod.web2", "completed", { request_seq });
    assert.is(await judgeNewest(world, judge), "acked", target);
    assert.equal(
      world
        .told()
        .map(({ key }) => key)
        .slice(-2),
      [`s${seq}`, `ok${end}`],
    );
  }
  assert.equal(world.logger.lines, []);
});

test("a server that never has a record of a rollout does not keep it from being told", async () => {
  const world = alertWorld();
  const request_seq = await world.ask("prod.all");
  const seq = await world.answer("prod.web1", "failed", { ...failed, request_seq });
  const range = () => async () => right([]);
  const judge = judging(world.env([rule("broken")], { log: { ...world.log, range } }));
  const record = world.records.at(-1);
  if (record === undefined) throw new Error("there is none");
  const settled = async (attempt: number) => {
    const one = handed(record, attempt);
    await judge(one.delivery);
    return one.settled();
  };
  assert.is(await settled(20), 30_000);
  assert.is(await settled(21), "acked");
  assert.equal(
    world.told().map(({ key }) => key),
    [`s${seq}`],
  );
  assert.match(world.logger.lines.at(-1)?.message ?? "", /by itself, without its rollout/);
});

test.run();
