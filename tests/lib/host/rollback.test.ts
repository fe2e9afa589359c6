/** After a failed activation or proof: what is rolled back and what is not, how, and what the end says of what runs. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { type FailureCode, failure } from "../../../lib/contract/failure.ts";
import type { Engine, Rollback } from "../../../lib/host/engine.ts";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { order, storePath } from "../../support/fixtures.ts";
import {
  built,
  clean,
  type Machine,
  machine,
  moved,
  never,
  old,
  told,
  untouched,
  work,
} from "../../support/job-world.ts";

const test = suite("lib/host/rollback");

/** An activation that fails, and has moved the links all the same. */
const breaking =
  (code: FailureCode, more: (machine: Machine) => Partial<Engine> = () => ({})) =>
  (on: Machine): Partial<Engine> => ({
    activate:
      ({ action, closure }) =>
      async () => {
        on.links = moved(on.links, action, closure);
        return left(failure(code, "It broke."));
      },
    ...more(on),
  });

test("an activation that failed and moved the links is undone, by the system that was to boot before", async () => {
  for (const code of ["activation_failed", "timeout", "internal"] as const) {
    const asked: Rollback[] = [];
    const on = machine(
      breaking(code, (made) => ({
        rollBack: (rollback) =>
          TE.fromIO(() => {
            asked.push(rollback);
            made.links = moved(made.links, rollback.action, rollback.closure);
            return clean;
          }),
      })),
    );
    const { events, end } = await work(on);
    assert.equal(told(events).slice(2), ["started activate", "started rollback", "failed rollback"]);
    assert.equal([end.error, end.cause, end.closure, end.previous], ["rolled_back", code, built, old]);
    assert.is(end.generation, 9);
    assert.equal(asked, [{ action: "switch", closure: old }]);
    assert.equal([on.links.running, on.links.boots], [old, old]);
    assert.is(
      end.message,
      `It broke. So web1 went back to ${old}, which runs and will boot again. Mend the configuration, then deploy again.`,
    );
  }
});

test("the rollback is of the action's own kind", async () => {
  for (const action of ["switch", "boot", "test"] as const) {
    const asked: Rollback["action"][] = [];
    const on = machine(
      breaking("activation_failed", (made) => ({
        rollBack: (rollback) => {
          asked.push(rollback.action);
          made.links = moved(made.links, rollback.action, rollback.closure);
          return TE.right(clean);
        },
      })),
    );
    const { end } = await work(on, { order: order({ action }) });
    assert.equal([end.error, asked], ["rolled_back", [action]]);
    assert.equal([on.links.running, on.links.boots], [old, old]);
  }
});

test("it goes back to what was to boot, whatever ran before", async () => {
  const tried = storePath("tried");
  const on = machine(breaking("activation_failed"));
  on.links = { running: tried, boots: old, generation: 7 };
  const { end } = await work(on);
  assert.equal([end.error, on.links.running], ["rolled_back", old]);
});

test("nothing is rolled back where nothing changed, nor while another switch runs", async () => {
  const never_ = () => assert.unreachable("it was rolled back");
  for (const code of ["activation_failed", "busy", "timeout"] as const) {
    const on = machine(() => ({ activate: () => TE.left(failure(code, "It broke.")), rollBack: never_ as never }));
    const { events, end } = await work(on);
    assert.equal([end.error, end.phase, end.cause], [code, "activate", undefined]);
    assert.is(end.message, code === "busy" ? "It broke." : "It broke. What ran before still runs.");
    assert.not.ok(told(events).includes("started rollback"));
  }
});

test("success that was reported and did not happen is a failure", async () => {
  const { end } = await work(machine(() => ({ activate: () => async () => right(clean) })));
  assert.equal([end.status, end.error, end.phase], ["failed", "verification_failed", "verify"]);
  assert.match(end.message, `${old} runs instead of ${built}`);
});

test("success that went half-way is a failure, and undone", async () => {
  const on = machine((made) => ({
    activate: () =>
      TE.fromIO(() => {
        made.links = { ...made.links, boots: built };
        return clean;
      }),
  }));
  const { end } = await work(on);
  assert.equal([end.error, end.cause], ["rolled_back", "verification_failed"]);
});

test("a request without rollback ends in its cause, and says that the new system runs", async () => {
  const rollBack = () => assert.unreachable("it was rolled back") as never;
  const on = machine(breaking("activation_failed", () => ({ rollBack })));
  const { end } = await work(on, { order: order({ rollback: false }) });
  assert.equal([end.error, end.phase, end.cause], ["activation_failed", "activate", undefined]);
  assert.match(end.message, "It broke. The request asks for no rollback. The new system runs all the same");
  assert.is(on.links.running, built);
});

test("where no system was to boot before, there is nothing to go back to", async () => {
  const on = machine(breaking("activation_failed"));
  on.links = { running: undefined, boots: undefined, generation: undefined };
  const { end } = await work(on);
  assert.equal([end.error, end.previous], ["activation_failed", undefined]);
  assert.match(
    end.message,
    "It cannot go back, because no system was to boot before. The new system runs all the same",
  );
});

test("a dry activation is never rolled back: what changed was someone else's doing", async () => {
  const on = machine((made) => ({
    activate: () =>
      TE.fromIO(() => {
        made.links = { ...made.links, running: storePath("third") };
        return clean;
      }),
    rollBack: () => assert.unreachable("it was rolled back") as never,
  }));
  const { end } = await work(on, { order: order({ action: "dry-activate" }) });
  assert.is(end.error, "verification_failed");
  assert.match(end.message, `Now ${storePath("third")} runs, which is neither what was built nor what ran before.`);
});

test("a rollback whose switch fails and whose links are right is not told as one that did not get there", async () => {
  for (const code of ["activation_failed", "timeout"] as const) {
    const on = machine(
      breaking("activation_failed", (made) => ({
        rollBack:
          ({ action, closure }) =>
          async () => {
            made.links = moved(made.links, action, closure);
            return left(failure(code, "Its switch ended with 1."));
          },
      })),
    );
    const { end } = await work(on);
    assert.equal([end.error, end.cause, end.phase], ["rollback_failed", "activation_failed", "rollback"]);
    assert.is(
      end.message,
      `It broke. web1 is back at ${old}, which runs and will boot again, but not cleanly: Its switch ended with 1. Look at its units before deploying again.`,
    );
  }
});

test("a rollback that fails, does nothing, hangs or throws says what runs now", async () => {
  const cases: readonly [Engine["rollBack"], RegExp][] = [
    [() => TE.left(failure("activation_failed", "No way back.")), /No way back\./],
    [() => TE.left(failure("busy", "Another switch runs.")), /Another switch runs\./],
    [() => TE.right(clean), /could not go back/],
    [() => () => never(), /The rollback did not end on web1\. The phase rollback may take 600 s/],
    [() => () => Promise.reject(new Error("gone")), /gone/],
  ];
  for (const [rollBack, why] of cases) {
    const on = machine(breaking("activation_failed", () => ({ rollBack })));
    const { end } = await work(on);
    assert.equal([end.error, end.cause, end.phase], ["rollback_failed", "activation_failed", "rollback"]);
    assert.match(end.message, why);
    assert.match(end.message, `Now ${built} runs and ${built} will boot. Look at the host`);
  }
});

test("a rollback whose outcome cannot be seen is none", async () => {
  let blind = false;
  const on = machine(
    breaking("activation_failed", (made) => ({
      state: () => async () => (blind ? left(failure("timeout", "It did not answer.")) : right(made.links)),
      rollBack: () =>
        TE.fromIO(() => {
          made.links = untouched;
          blind = true;
          return clean;
        }),
    })),
  );
  const { end } = await work(on);
  assert.is(end.error, "rollback_failed");
  assert.match(end.message, "What runs now could not be seen.");
});

test("where what runs cannot be seen it may have changed, and is rolled back", async () => {
  const blind: readonly Engine["state"][] = [
    () => TE.left(failure("timeout", "It did not answer.")),
    () => () => Promise.reject(new Error("gone")),
    () => () => never(),
  ];
  for (const state of blind) {
    let looks = 0;
    const on = machine(
      breaking("activation_failed", (made) => ({ state: () => (looks++ === 1 ? state() : TE.right(made.links)) })),
    );
    const { end } = await work(on);
    assert.equal([end.error, on.links.running], ["rolled_back", old]);
  }
});

test("units of the old system that fail on the way back are said, and it is back all the same", async () => {
  const on = machine(
    breaking("activation_failed", (made) => ({
      rollBack: ({ action, closure }) =>
        TE.fromIO(() => {
          made.links = moved(made.links, action, closure);
          return { unitsFailed: true, named: [] };
        }),
    })),
  );
  const { end } = await work(on);
  assert.is(end.error, "rolled_back");
  assert.match(end.message, "Some of its units failed, so look at them.");
});

test("a proof that cannot be written down is none: it goes back, and tells it when it can", async () => {
  for (const unwritten of [["verify"], ["verify", "rollback"]]) {
    const on = machine();
    const events: DeployEvent[] = [];
    const write = async (event: DeployEvent) => {
      if (event.status === "started" && unwritten.includes(event.phase ?? "")) throw new Error("ENOSPC");
      events.push(event);
    };
    const { end } = await work(on, { env: { write } });
    assert.equal([end.error, end.cause, on.links.running], ["rolled_back", "internal", old]);
    assert.match(end.message, "ENOSPC");
  }
});

test("a rollback has its own time, when the whole is used up", async () => {
  let took = 0;
  const on = machine(
    breaking("activation_failed", (made) => ({
      activate:
        ({ action, closure }) =>
        () => {
          made.links = moved(made.links, action, closure);
          return never();
        },
      rollBack: ({ action, closure }) =>
        TE.fromIO(() => {
          took += 1;
          made.links = moved(made.links, action, closure);
          return clean;
        }),
    })),
  );
  const of: JobOrder = order({ timeout_ms: 30_000, activate_ms: 20_000 });
  const { end, time, endings } = await work(on, { order: of });
  assert.equal([end.error, end.cause, took], ["rolled_back", "timeout", 1]);
  assert.match(
    end.message,
    "The activation did not end on web1. The phase activate may take 20 s; the listener's --activate-timeout",
  );
  assert.ok(endings >= 1);
  assert.is(time.passedMs(), 220_000);
});

test.run();
