/** The job on a machine of literals: the order of its events, what each of them knows, and how it ends when nothing moved. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Decision } from "../../../lib/host/decision.ts";
import type { Engine } from "../../../lib/host/engine.ts";
import { fakeTime } from "../../support/fake-time.ts";
import { commit, deferred, order, requester, storePath } from "../../support/fixtures.ts";
import { built, clean, machine, never, old, told, untouched, work } from "../../support/job-world.ts";

const test = suite("lib/host/job");

test("each phase is written before it begins, and each event knows all that is known", async () => {
  const { events, end } = await work(machine());
  assert.equal(told(events), [
    "started resolve",
    "started build",
    "started activate",
    "started verify",
    "completed verify",
  ]);
  assert.equal(
    events.map((event) => event.commit !== undefined),
    [false, true, true, true, true],
  );
  assert.equal(
    events.map((event) => event.closure !== undefined),
    [false, false, true, true, true],
  );
  assert.equal([end.previous, end.closure, end.generation, end.error], [old, built, 8, null]);
  assert.is(end.message, "web1 runs and will boot what was built as generation 8");
  assert.is(end.log_tail, undefined);
});

test("how long it took is told by a clock that nobody can set", async () => {
  const time = fakeTime();
  const slow = machine(() => ({
    resolve: () => async () => {
      await time.pause(5_000, new AbortController().signal);
      time.setWall(-3_600_000);
      return right({ commit: commit("a"), ref: "refs/heads/main" });
    },
    build: () => async () => {
      await time.pause(7_000, new AbortController().signal);
      time.setWall(7_200_000);
      return right(built);
    },
  }));
  const { events, end } = await work(slow, { time });
  assert.is(end.status, "completed");
  assert.equal(
    events.map(({ elapsed_ms }) => elapsed_ms),
    [0, 5_000, 12_000, 12_000, 12_000],
  );
});

const broken = failure("build_failed", "It does not build.");

test("a step that fails before the activation ends the job there, with its code, its phase and the tail", async () => {
  const cases: readonly [string, Partial<Engine>][] = [
    ["resolve", { resolve: () => TE.left(broken) }],
    ["build", { build: () => TE.left(broken) }],
    ["build", { state: () => TE.left(broken) }],
    ["build", { failedUnits: () => TE.left(broken) }],
  ];
  for (const [phase, changes] of cases) {
    const { end } = await work(machine(() => changes));
    assert.equal([end.status, end.error, end.phase, end.log_tail], ["failed", "build_failed", phase, ["one", "two"]]);
    assert.is(end.message, "It does not build.");
  }
});

test("each action is completed by its own promise, and what is asked of the units only where a system runs", async () => {
  for (const action of ["switch", "boot", "test", "dry-activate"] as const) {
    let looks = 0;
    const failedUnits = () =>
      TE.fromIO(() => {
        looks += 1;
        return [];
      });
    const { end } = await work(
      machine(() => ({ failedUnits })),
      { order: order({ action }) },
    );
    assert.is(end.status, "completed", end.message);
    assert.is(looks > 0, action === "switch" || action === "test", action);
  }
});

test("what only a reboot brings is said, and that nobody could tell is no failure", async () => {
  const needed = await work(machine(() => ({ rebootNeeded: () => TE.right(["kernel", "initrd"]) })));
  assert.equal([needed.end.status, needed.end.reboot_needed], ["completed", ["kernel", "initrd"]]);
  assert.match(needed.end.message, "Only a reboot brings the new kernel, initrd.");
  const boot = await work(
    machine(() => ({ rebootNeeded: () => TE.right(["kernel"]) })),
    { order: order({ action: "boot" }) },
  );
  assert.equal(boot.end.reboot_needed, ["kernel"]);
  const blind = await work(machine(() => ({ rebootNeeded: () => TE.left(broken) })));
  assert.is(blind.end.status, "completed");
  assert.match(blind.end.message, "Whether it needs a reboot could not be seen.");
});

test("an end is written whatever the output says, and when it cannot be read", async () => {
  const loud = () =>
    machine(() => ({ build: () => TE.left(failure("build_failed", "\u001b[31merror\u001b[0m".repeat(2000))) }));
  for (const tail of [async () => ["\u001b[2J\r", "x".repeat(5000)], () => Promise.reject(new Error("EIO"))]) {
    const { end } = await work(loud(), { env: { tail } });
    assert.equal([end.status, end.error], ["failed", "build_failed"]);
  }
});

test("an engine that throws or rejects ends the job as a defect, not in silence", async () => {
  const throwing = machine(() => ({
    build: () => {
      throw new Error("no such luck");
    },
  }));
  const rejecting = machine(() => ({ state: () => () => Promise.reject(new Error("no such luck")) }));
  for (const on of [throwing, rejecting]) {
    const { end } = await work(on);
    assert.equal([end.status, end.error], ["failed", "internal"]);
    assert.match(end.message, "no such luck");
  }
});

test("a stand-in is named in every event, and so is a freeze that it was asked for in spite of", async () => {
  const { events } = await work(machine(), { order: order({ engine: "simulated", override: true }) });
  assert.ok(events.every(({ simulated, override }) => simulated === true && override === true));
});

test("a phase that cannot be written down does not begin, and the end says why", async () => {
  for (const unwritten of ["resolve", "build", "activate"]) {
    const began: string[] = [];
    const note = (phase: string) => () => void began.push(phase);
    const on = machine(() => ({
      resolve: () => TE.map(() => ({ commit: commit("a"), ref: "refs/heads/main" }))(TE.fromIO(note("resolve"))),
      build: () => TE.map(() => built)(TE.fromIO(note("build"))),
      activate: () => TE.map(() => clean)(TE.fromIO(note("activate"))),
    }));
    const ends: DeployEvent[] = [];
    const write = async (event: DeployEvent) => {
      if (event.status === "started" && event.phase === unwritten) throw new Error("disk full");
      ends.push(event);
    };
    const { end } = await work(on, { env: { write } });
    const names = ["resolve", "build", "activate"];
    assert.equal(began, names.slice(0, names.indexOf(unwritten)));
    assert.equal([end.status, end.error, end.phase], ["failed", "internal", unwritten]);
    assert.match(end.message, "disk full");
    assert.is(ends.at(-1), end);
  }
});

test("a journal that cannot be written ends the job at once: what cannot be recorded is not done", async () => {
  let asked = false;
  const on = machine(() => ({
    resolve: () => {
      asked = true;
      return TE.left(broken);
    },
  }));
  const failed = await work(on, { env: { write: () => Promise.reject(new Error("disk full")) } }).then(String, String);
  assert.match(failed, "disk full");
  assert.not.ok(asked);
});

test("cancelled before it begins, it ends at once, with who and why", async () => {
  const decision = { kind: "cancel", by: requester("bob"), reason: "the wrong branch" } as const;
  const { events, end } = await work(machine(), {
    env: { decision: { made: () => decision, cancelled: never(), activate: never } },
  });
  assert.equal(told(events), ["failed null"]);
  assert.equal([end.error, end.cancelled_by], ["cancelled", "bob"]);
  assert.is(end.message, "bob cancelled it before it began (the wrong branch). Nothing was activated on web1.");
});

test("cancelled while it resolves or builds, its commands are ended first, and nothing is activated", async () => {
  for (const phase of ["resolve", "build"] as const) {
    const news = deferred<Decision>();
    const hanging = () => () => {
      news.resolve({ kind: "cancel", by: requester("bob") });
      return never<never>();
    };
    const on = machine(() => ({ [phase]: hanging }));
    const decision = { made: () => undefined, cancelled: news.promise, activate: never<Decision> };
    const { end, endings } = await work(on, { env: { decision } });
    assert.equal([end.status, end.error, end.cancelled_by, end.phase], ["failed", "cancelled", "bob", phase]);
    assert.is(end.message, `bob cancelled it in its phase ${phase}. Nothing was activated on web1.`);
    assert.is(endings, 1);
    assert.is(on.links, untouched);
  }
});

test("cancelled when it is about to activate: the one who decided first has their way", async () => {
  const on = machine();
  const activate = async () => ({ kind: "cancel" }) as const;
  const { events, end } = await work(on, {
    env: { decision: { made: () => undefined, cancelled: never(), activate } },
  });
  assert.equal(told(events), ["started resolve", "started build", "failed build"]);
  assert.is(end.message, "It was cancelled in its phase build. Nothing was activated on web1.");
  assert.is(on.links, untouched);
});

test("a decision that cannot be made is none: nothing is activated", async () => {
  const on = machine();
  const activate = () => Promise.reject(new Error("EROFS"));
  const { end } = await work(on, { env: { decision: { made: () => undefined, cancelled: never(), activate } } });
  assert.equal([end.error, end.phase, on.links], ["internal", "build", untouched]);
});

test("a phase that never ends is ended at its own deadline, whose name and option are told", async () => {
  const cases: readonly [string, Partial<Engine>, string, number][] = [
    ["resolve", { resolve: () => () => never() }, "--resolve-timeout", 60_000],
    ["build", { build: () => () => never() }, "--build-timeout", 300_000],
    ["build", { state: () => () => never() }, "--build-timeout", 300_000],
  ];
  for (const [phase, changes, option, limitMs] of cases) {
    const on = machine(() => changes);
    const { end, endings, time } = await work(on, { order: order({ build_ms: 300_000 }) });
    assert.equal([end.error, end.phase, endings], ["timeout", phase, 1]);
    assert.match(end.message, `The phase ${phase} may take ${limitMs / 1000} s; the listener's ${option} allows more.`);
    assert.ok(time.passedMs() >= limitMs && time.passedMs() <= limitMs + 30_000, String(time.passedMs()));
  }
});

test("the whole has a deadline too, whatever its phases may take", async () => {
  const { end } = await work(machine(() => ({ build: () => () => never() })));
  assert.match(
    end.message,
    "The whole deployment may take 600 s, and that ended in its phase build; the listener's --timeout",
  );
});

test("a clock that is set neither ends a phase nor prolongs it", async () => {
  for (const byMs of [3_600_000, -3_600_000]) {
    const time = fakeTime();
    const on = machine(() => ({
      build: () => () => {
        time.setWall(byMs);
        return never();
      },
    }));
    const { end } = await work(on, { time });
    assert.is(end.error, "timeout");
    assert.is(time.passedMs(), 615_000);
    assert.is(end.elapsed_ms, 615_000);
  }
});

test("a deadline that the engine itself told of is explained", async () => {
  const time = fakeTime();
  const on = machine(() => ({
    resolve: () => async () => {
      await time.pause(60_000, new AbortController().signal);
      return left(failure("timeout", "The remote did not answer."));
    },
  }));
  const { end } = await work(on, { time });
  assert.match(
    end.message,
    "The remote did not answer. The phase resolve may take 60 s; the listener's --resolve-timeout",
  );
});

test("somebody who switches while it is verified is told of, and not undone", async () => {
  const third = storePath("third");
  const on = machine((made) => ({
    rebootNeeded: () =>
      TE.fromIO(() => {
        made.links = { ...made.links, running: third, boots: third };
        return [];
      }),
    rollBack: () => assert.unreachable("it was rolled back") as never,
  }));
  const { end } = await work(on);
  assert.equal([end.status, end.error, end.phase], ["failed", "verification_failed", "verify"]);
  assert.match(end.message, `somebody switched meanwhile: ${third} runs instead of ${built} and ${third} will boot`);
});

test.run();
