/** The job with an engine of literals: the order of its events, what each of them knows, and every way it can end. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { DeployEvent as Codec } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Activated, Engine, SystemState } from "../../../lib/host/engine.ts";
import { type JobEnv, runJob } from "../../../lib/host/job.ts";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { commit, noonMs, order, storePath } from "../../support/fixtures.ts";

const test = suite("lib/host/job");

const [old, built] = [storePath("old"), storePath("built")];
const untouched: SystemState = { running: old, boots: old, generation: 7 };
const switched: SystemState = { running: built, boots: built, generation: 8 };

/** Switches when it is told to. */
const clean: Activated = { unitsFailed: false, named: [] };

const working = (changes: Partial<Engine> = {}): Engine => {
  let state = untouched;
  return {
    simulated: false,
    resolve: () => TE.right({ commit: commit("a"), ref: "refs/heads/main" }),
    build: () => TE.right(built),
    state: () => TE.fromIO(() => state),
    activate: () =>
      TE.fromIO(() => {
        state = switched;
        return clean;
      }),
    rollBack: () => TE.right(clean),
    failedUnits: () => TE.right([]),
    rebootNeeded: () => TE.right([]),
    probe: () => TE.right(undefined),
    ...changes,
  };
};

const work = async (engine: Engine, of: JobOrder = order(), tail: JobEnv["tail"] = async () => ["one", "two"]) => {
  const events: DeployEvent[] = [];
  let nowMs = noonMs;
  const end = await runJob({
    engine,
    order: of,
    write: async (event) => {
      const checked = Codec.strict(event);
      if (checked._tag === "Left") throw new Error(checked.left.join(". "));
      events.push(event);
    },
    tail,
    now: () => {
      nowMs += 1000;
      return nowMs;
    },
  });
  assert.is(events.at(-1), end);
  assert.is(events.filter(({ status }) => ["completed", "failed"].includes(status)).length, 1);
  return { events, end };
};

test("each phase is written before it begins, and each event knows all that is known", async () => {
  const { events, end } = await work(working());
  assert.equal(
    events.map(({ status, phase }) => `${status} ${phase}`),
    ["started resolve", "started build", "started activate", "started verify", "completed verify"],
  );
  assert.equal(
    events.map((event) => event.commit !== undefined),
    [false, true, true, true, true],
  );
  assert.equal(
    events.map((event) => event.closure !== undefined),
    [false, false, true, true, true],
  );
  assert.equal([end.previous, end.closure, end.generation, end.error], [old, built, 8, null]);
  assert.equal(
    events.map((event) => event.elapsed_ms),
    [1000, 2000, 3000, 4000, 5000],
  );
  assert.is(end.log_tail, undefined);
});

const broken = failure("build_failed", "It does not build.");

test("a step that fails ends the job there, with its code, its phase and the tail of the output", async () => {
  const cases: readonly [string, Engine][] = [
    ["resolve", working({ resolve: () => TE.left(broken) })],
    ["build", working({ build: () => TE.left(broken) })],
    ["activate", working({ activate: () => TE.left(broken) })],
  ];
  for (const [phase, engine] of cases) {
    const { end } = await work(engine);
    assert.equal([end.status, end.error, end.phase, end.log_tail], ["failed", "build_failed", phase, ["one", "two"]]);
  }
});

test("an activation that fails says whether the new system runs all the same", async () => {
  const failed = failure("activation_failed", "Some units failed.");
  const stayed = await work(working({ activate: () => TE.left(failed) }));
  assert.match(stayed.end.message, "What ran before still runs.");
  let state = untouched;
  const moved = await work(
    working({
      state: () => TE.fromIO(() => state),
      activate: () => async () => {
        state = switched;
        return left(failed);
      },
    }),
  );
  assert.is(moved.end.error, "activation_failed");
  assert.match(moved.end.message, "The new system runs all the same");
});

test("an activation that fails never says of what runs more than was seen", async () => {
  const failed = failure("activation_failed", "Some units failed.");
  const after = async (found: () => ReturnType<Engine["state"]>) => {
    let activated = false;
    const engine = working({
      state: () => (activated ? found() : TE.right(untouched)),
      activate: () => async () => {
        activated = true;
        return left(failed);
      },
    });
    return (await work(engine)).end;
  };
  const third = await after(() => TE.right({ ...untouched, running: storePath("third") }));
  assert.is(third.error, "activation_failed");
  assert.match(third.message, `Some units failed. Now ${storePath("third")} runs, which is neither`);
  const half = await after(() => TE.right({ ...untouched, boots: built }));
  assert.match(half.message, "What ran before still runs, but the new system will boot.");
  const blind = [
    () => TE.left(failure("timeout", "It did not answer.")),
    () => () => Promise.reject(new Error("gone")),
  ];
  for (const state of blind) {
    const end = await after(state);
    assert.equal([end.error, end.phase], ["activation_failed", "activate"]);
    assert.match(end.message, "Some units failed. What runs now could not be seen");
  }
});

test("a verification that cannot see what runs is no success", async () => {
  let calls = 0;
  const state = () => (calls++ === 0 ? TE.right(untouched) : TE.left(failure("timeout", "It did not answer.")));
  const { end } = await work(working({ state }));
  assert.equal([end.status, end.error, end.phase], ["failed", "timeout", "verify"]);
});

test("each action is verified by its own promise", async () => {
  for (const action of ["switch", "boot", "test", "dry-activate"] as const) {
    const { end } = await work(working(), order({ action }));
    assert.is(end.status, action === "switch" ? "completed" : "failed", action);
    assert.is(end.error, action === "switch" ? null : "verification_failed", action);
  }
});

test("an end is written whatever the output says, and when it cannot be read", async () => {
  const loud = working({ build: () => TE.left(failure("build_failed", "\u001b[31merror\u001b[0m".repeat(2000))) });
  for (const tail of [async () => ["\u001b[2J\r", "x".repeat(5000)], () => Promise.reject(new Error("EIO"))]) {
    const { end } = await work(loud, order(), tail);
    assert.equal([end.status, end.error], ["failed", "build_failed"]);
  }
});

test("success that was reported and did not happen is a failure", async () => {
  const { end } = await work(working({ activate: () => async () => right(clean) }));
  assert.equal([end.status, end.error, end.phase], ["failed", "verification_failed", "verify"]);
  assert.match(end.message, `${old} runs instead of ${built}`);
});

test("an engine that throws or rejects ends the job as a defect, not in silence", async () => {
  const throwing = working({
    build: () => {
      throw new Error("no such luck");
    },
  });
  const rejecting = working({ state: () => () => Promise.reject(new Error("no such luck")) });
  for (const engine of [throwing, rejecting]) {
    const { end } = await work(engine);
    assert.equal([end.status, end.error], ["failed", "internal"]);
    assert.match(end.message, "no such luck");
  }
});

test("a stand-in is named in every event", async () => {
  const { events } = await work(working({ simulated: true }), order({ engine: "simulated" }));
  assert.ok(events.every(({ simulated }) => simulated === true));
});

test("a phase that cannot be written down does not begin, and the end says why", async () => {
  for (const unwritten of ["resolve", "build", "activate", "verify"]) {
    const began: string[] = [];
    const note = (phase: string) => () => void began.push(phase);
    const engine = working({
      resolve: () => TE.map(() => ({ commit: commit("a"), ref: "refs/heads/main" }))(TE.fromIO(note("resolve"))),
      build: () => TE.map(() => built)(TE.fromIO(note("build"))),
      activate: () => TE.map(() => clean)(TE.fromIO(note("activate"))),
    });
    const ends: DeployEvent[] = [];
    const write = async (event: DeployEvent) => {
      if (event.status === "started" && event.phase === unwritten) throw new Error("disk full");
      ends.push(event);
    };
    const end = await runJob({ engine, order: order(), write, tail: async () => [], now: () => noonMs });
    assert.equal(
      began,
      ["resolve", "build", "activate"].slice(0, ["resolve", "build", "activate", "verify"].indexOf(unwritten)),
    );
    assert.equal([end.status, end.error, end.phase], ["failed", "internal", unwritten]);
    assert.match(end.message, "disk full");
    assert.is(ends.at(-1), end);
  }
});

test("a journal that cannot be written ends the job at once: what cannot be recorded is not done", async () => {
  let built = false;
  const engine = working({
    resolve: () => {
      built = true;
      return TE.left(broken);
    },
  });
  const env = { engine, order: order(), tail: async () => [], now: () => noonMs };
  const failed = await runJob({ ...env, write: () => Promise.reject(new Error("disk full")) }).then(
    () => "resolved",
    (error) => String(error),
  );
  assert.match(failed, "disk full");
  assert.not.ok(built);
});

test.run();
