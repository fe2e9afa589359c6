/**
 * Whatever a machine does, answers, leaves out or says too late: a job has one end, in bounded time, and what its end says of
 * what runs is what runs. The machine here never lies about its links, since nothing could be known of one that does.
 */

import fc from "fast-check";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { HealthCheck } from "../../../lib/contract/health-check.ts";
import { isTerminal, type StorePath } from "../../../lib/contract/values.ts";
import type { Activated, SystemState } from "../../../lib/host/engine.ts";
import { jobLimitMs } from "../../../lib/host/limits.ts";
import { brokenPromises, brokenReturn } from "../../../lib/host/verify.ts";
import { rightOf } from "../../support/either.ts";
import { fakeTime } from "../../support/fake-time.ts";
import { commit, order, storePath } from "../../support/fixtures.ts";
import { built, type Machine, machine, moved, never, old, work } from "../../support/job-world.ts";

const test = suite("lib/host/job, for any machine");

type How = "works" | "fails" | "hangs" | "throws" | "late";
const how = fc.oneof(
  { weight: 8, arbitrary: fc.constant<How>("works") },
  { weight: 3, arbitrary: fc.constantFrom<How>("fails", "hangs", "throws", "late") },
);
/** Where the links are afterwards. */
const reach = fc.constantFrom("all", "all", "nothing", "boots", "running", "third");

const scenario = fc.record({
  action: fc.constantFrom("switch", "boot", "test", "dry-activate"),
  rollback: fc.boolean(),
  running: fc.option(fc.constantFrom(old, built, storePath("tried")), { nil: undefined }),
  boots: fc.option(fc.constantFrom(old, built), { nil: undefined }),
  code: fc.constantFrom("activation_failed", "timeout", "busy", "internal"),
  resolve: how,
  build: how,
  states: fc.array(how, { minLength: 4, maxLength: 4 }),
  units: fc.array(how, { minLength: 3, maxLength: 3 }),
  activate: how,
  reached: reach,
  unitsFailed: fc.boolean(),
  rollBack: how,
  reachedBack: reach,
  reboot: how,
  probe: how,
  confirm: fc.constantFrom<How>("works", "works", "hangs", "throws"),
  decide: fc.constantFrom<How>("works", "works", "works", "throws"),
  endCommands: fc.constantFrom<How>("works", "hangs", "throws"),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

const third = storePath("third");

const linksAfter = (links: SystemState, action: Scenario["action"], to: StorePath, reached: string): SystemState => {
  switch (reached) {
    case "all":
      return moved(links, action, to);
    case "boots":
      return moved(links, "boot", to);
    case "running":
      return moved(links, "test", to);
    case "third":
      return { ...links, running: third };
    default:
      return links;
  }
};

const play = async (of: Scenario) => {
  const time = fakeTime();
  const calls = { activate: 0, rollBack: 0, state: 0, units: 0 };
  const answer = async <A>(behaviour: How, value: A) => {
    if (behaviour === "hangs") return never<never>();
    if (behaviour === "throws") throw new Error("boom");
    if (behaviour === "late") await time.pause(700_000, new AbortController().signal);
    return behaviour === "fails" ? left(failure(of.code, "It failed.")) : right(value);
  };
  const activated: Activated = { unitsFailed: of.unitsFailed, named: [] };
  const on: Machine = machine((made) => ({
    resolve: () => () => answer(of.resolve, { commit: commit("a"), ref: "refs/heads/main" }),
    build: () => () => answer(of.build, built),
    state: () => () => answer(of.states[calls.state++] ?? "works", made.links),
    failedUnits: () => () => answer(of.units[calls.units++] ?? "works", []),
    activate:
      ({ action, closure }) =>
      () => {
        calls.activate += 1;
        made.links = linksAfter(made.links, action, closure, of.reached);
        return answer(of.activate, activated);
      },
    rollBack:
      ({ action, closure }) =>
      () => {
        calls.rollBack += 1;
        made.links = linksAfter(made.links, action, closure, of.reachedBack);
        return answer(of.rollBack, { unitsFailed: false, named: [] });
      },
    rebootNeeded: () => () => answer(of.reboot, ["kernel"]),
    probe: () => async () =>
      of.probe === "fails" ? left("no") : answer(of.probe, undefined).then(() => right(undefined)),
  }));
  on.links = { running: of.running, boots: of.boots, generation: 7 };
  const before = on.links;
  const bare = (behaviour: How) => async () => void (await answer(behaviour, undefined));
  const asked = order({
    action: of.action,
    rollback: of.rollback,
    health_checks: [rightOf(HealthCheck.strict({ name: "web", tcp: "localhost:80", tries: 2 }))],
  });
  const run = await work(on, {
    time,
    order: asked,
    env: {
      decision: {
        made: () => undefined,
        cancelled: never(),
        activate: async () => {
          await bare(of.decide)();
          return { kind: "activate" };
        },
      },
      confirmed: bare(of.confirm),
      endCommands: bare(of.endCommands),
    },
  });
  return { run, on, before, calls, asked };
};

type Played = Awaited<ReturnType<typeof play>>;

const endsOnce = ({ run: { events, time }, asked }: Played): void => {
  assert.equal(
    events.map(({ status }) => isTerminal(status)),
    events.map((_, n) => n === events.length - 1),
  );
  assert.ok(time.passedMs() <= jobLimitMs(asked), `it took ${time.passedMs()} ms`);
};

/** Whatever it claims about the machine holds. */
const saysWhatRuns = ({ run: { end }, on: { links }, before, calls, asked }: Played): void => {
  const { message } = end;
  const claims: readonly [boolean, boolean][] = [
    [message.includes("What ran before still runs"), links.running === before.running],
    [message.includes("but the new system will boot"), links.boots === built],
    [message.includes("The new system runs all the same"), links.running === built],
    [/Now \S+ runs/.test(message), message.includes(`Now ${links.running ?? "nothing"} runs`)],
    [/runs and \S+ will boot\./.test(message), message.includes(`and ${links.boots ?? "nothing"} will boot.`)],
    [
      // What a rollback of `boot` may not touch is what runs.
      message.includes("could not go back to") && asked.action !== "boot",
      !/Now (\S+) runs and \1 will boot/.test(message) || links.boots !== before.boots,
    ],
    [message.includes("is back at"), links.boots === before.boots],
    [calls.activate === 0, links === before],
  ];
  for (const [isSaid, isSo] of claims) assert.ok(!isSaid || isSo, `${JSON.stringify(links)}: ${message}`);
};

const isJust = ({ run: { end, events }, on, before, calls, asked }: Played): void => {
  const { action } = asked;
  if (end.status === "completed")
    assert.equal(brokenPromises({ action, built, before, after: on.links }), [], end.message);
  if (!asked.rollback || action === "dry-activate") assert.is(calls.rollBack, 0, end.message);
  assert.is(events.filter(({ phase, status }) => phase === "rollback" && status === "started").length, calls.rollBack);
  assert.ok(calls.rollBack <= 1 && calls.activate <= 1);
  assert.is(end.error === "rolled_back" || end.error === "rollback_failed", calls.rollBack === 1);
  assert.is(end.cause !== undefined, calls.rollBack === 1);
  if (end.error === "rolled_back" && action !== "dry-activate")
    assert.equal(brokenReturn({ action, before, after: on.links }), [], end.message);
};

/** Everything that may hang after the activation does. */
const silent: Scenario = {
  ...{ action: "switch", rollback: true, running: old, boots: old, code: "activation_failed" },
  ...{
    resolve: "works",
    build: "works",
    states: ["works", "hangs", "hangs", "hangs"],
    units: ["works", "hangs", "hangs"],
  },
  ...{ activate: "hangs", reached: "all", unitsFailed: false, rollBack: "hangs", reachedBack: "nothing" },
  ...{ reboot: "hangs", probe: "hangs", confirm: "hangs", decide: "works", endCommands: "hangs" },
};

test("a machine that answers nothing any more does not keep its job beyond the limit", async () => {
  for (const activate of ["hangs", "works"] as const) {
    const played = await play({ ...silent, activate });
    endsOnce(played);
    assert.is(played.run.end.error, "rollback_failed");
  }
});

test("one end, in bounded time, and it says what runs", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (of) => {
      const played = await play(of);
      endsOnce(played);
      saysWhatRuns(played);
      isJust(played);
    }),
    { numRuns: 600 },
  );
});

test.run();
