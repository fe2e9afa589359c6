/** Whether what runs is healthy: units, the host's checks, and a listener that reaches the log, side by side and in time. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { HealthCheck } from "../../../lib/contract/health-check.ts";
import { UnitName } from "../../../lib/contract/values.ts";
import type { Engine } from "../../../lib/host/engine.ts";
import { rightOf } from "../../support/either.ts";
import { fakeTime } from "../../support/fake-time.ts";
import { fit, order } from "../../support/fixtures.ts";
import { built, machine, moved, never, old, work } from "../../support/job-world.ts";

const test = suite("lib/host/health");

const unit = (name: string): UnitName => fit(UnitName, name);
const check = (name: string, more: object = {}): HealthCheck =>
  rightOf(HealthCheck.strict({ name, tcp: "localhost:80", ...more }));

/** Failed units, look by look; the last holds on. */
const failing = (...looks: readonly (readonly string[])[]): Engine["failedUnits"] => {
  let look = 0;
  return () => TE.fromIO(() => (looks[Math.min(look++, looks.length - 1)] ?? []).map(unit));
};

/** A switch that says that units failed, and which. */
const saying =
  (...named: readonly string[]) =>
  (on: ReturnType<typeof machine>): Engine["activate"] =>
  ({ action, closure }) =>
    TE.fromIO(() => {
      on.links = moved(on.links, action, closure);
      return { unitsFailed: true, named: named.map(unit) };
    });

test("a unit that has failed since is a failure; one that had failed before is not", async () => {
  const before = await work(machine(() => ({ failedUnits: failing(["old.service"]) })));
  assert.equal([before.end.status, before.end.failed_units], ["completed", undefined]);
  const on = machine(() => ({ failedUnits: failing(["old.service"], ["old.service", "nginx.service"]) }));
  const { end } = await work(on);
  assert.equal([end.error, end.cause, end.failed_units], ["rolled_back", "units_failed", ["nginx.service"]]);
  assert.match(end.message, "These units failed on web1: nginx.service.");
  assert.is(on.links.running, old);
});

test("units are looked at again at the end, since they may fail late", async () => {
  const { end } = await work(machine(() => ({ failedUnits: failing([], [], ["late.service"]) })));
  assert.equal([end.error, end.cause, end.failed_units], ["rolled_back", "units_failed", ["late.service"]]);
});

test("what a switch says of its units counts, whatever is seen afterwards", async () => {
  const named = await work(machine((on) => ({ activate: saying("a.service")(on) })));
  assert.equal([named.end.cause, named.end.failed_units], ["units_failed", ["a.service"]]);
  const again = await work(
    machine((on) => ({ activate: saying("old.service")(on), failedUnits: failing(["old.service"]) })),
  );
  assert.equal([again.end.cause, again.end.failed_units], ["units_failed", ["old.service"]]);
  const unnamed = await work(machine((on) => ({ activate: saying()(on) })));
  assert.is(unnamed.end.cause, "units_failed");
  assert.match(unnamed.end.message, "Units failed on web1, but which was not said.");
});

test("units that the request tolerates are named, and the deployment is completed", async () => {
  const of = order({ tolerate_units: [unit("nginx*"), unit("*.mount")] });
  const failedUnits = failing([], ["nginx.service", "home.mount"]);
  const { end } = await work(
    machine((on) => ({ activate: saying("nginx.service")(on), failedUnits })),
    { order: of },
  );
  assert.equal([end.status, end.failed_units], ["completed", ["nginx.service", "home.mount"]]);
  assert.match(end.message, "Units that failed, which the request tolerates: nginx.service, home.mount.");
  const other = await work(
    machine(() => ({ failedUnits: failing([], ["my-nginx.service"]) })),
    { order: of },
  );
  assert.equal([other.end.cause, other.end.failed_units], ["units_failed", ["my-nginx.service"]]);
});

test("units that cannot be seen are not taken for well", async () => {
  let looks = 0;
  const failedUnits = () => async () => (looks++ === 0 ? right([]) : left(failure("internal", "No answer.")));
  const { end } = await work(machine(() => ({ failedUnits })));
  assert.equal([end.error, end.cause], ["rolled_back", "verification_failed"]);
  assert.match(end.message, "Whether units failed on web1 could not be seen: No answer.");
});

test("a check is tried again with a pause, until it succeeds or its tries are used up", async () => {
  let tries = 0;
  const probe = () => async () => (++tries < 3 ? left("it refused") : right(undefined));
  const checks = [check("web", { tries: 3, pause_ms: 2_000 })];
  const late = await work(
    machine(() => ({ probe })),
    { order: order({ health_checks: checks }) },
  );
  assert.is(late.end.status, "completed");
  assert.is(late.time.passedMs(), 4_000);
  tries = -10;
  const { end, time } = await work(
    machine(() => ({ probe })),
    { order: order({ health_checks: checks }) },
  );
  assert.equal([end.error, end.cause, time.passedMs()], ["rolled_back", "health_check_failed", 4_000]);
  assert.match(end.message, 'The health check "web" failed on web1 after 3 tries: it refused.');
});

test("checks run side by side, and the first that fails for good ends them all", async () => {
  const seen: string[] = [];
  const probe: Engine["probe"] =
    ({ name }) =>
    async () => {
      seen.push(name);
      return name === "b" ? left("no") : never();
    };
  const checks = ["a", "b", "c"].map((name) => check(name, { tries: 1 }));
  const { end, time, endings } = await work(
    machine(() => ({ probe })),
    { order: order({ health_checks: checks }) },
  );
  assert.equal([end.cause, time.passedMs(), seen], ["health_check_failed", 0, ["a", "b", "c"]]);
  assert.ok(endings > 0, "what still probes is ended");
});

test("a check that hangs, throws or is tried for ever ends with its phase", async () => {
  const probes: readonly Engine["probe"][] = [
    () => () => never(),
    () => () => Promise.reject(new Error("boom")),
    () => TE.left("not yet"),
  ];
  for (const probe of probes) {
    const checks = [check("web", { tries: 1000, timeout_ms: 3_600_000 })];
    const of = order({ health_checks: checks, verify_ms: 90_000 });
    const { end, time } = await work(
      machine(() => ({ probe })),
      { order: of },
    );
    assert.equal([end.error, end.cause], ["rolled_back", "health_check_failed"]);
    assert.ok(time.passedMs() <= 100_000, String(time.passedMs()));
  }
});

test("a listener that does not come back is told, after its own time or that of the phase", async () => {
  const confirmed = () => never<void>();
  const own = await work(machine(), { env: { confirmed } });
  assert.equal([own.end.error, own.end.cause, own.time.passedMs()], ["rolled_back", "health_check_failed", 60_000]);
  assert.match(own.end.message, /Within 60 s of the activation no listener of web1 appended .* --confirm-timeout/);
  const phase = await work(machine(), { env: { confirmed }, order: order({ verify_ms: 20_000 }) });
  assert.match(phase.end.message, /Within 20 s .* The phase verify may take 20 s; the listener's --verify-timeout/);
});

test("only what runs afterwards is checked and confirmed", async () => {
  for (const action of ["boot", "dry-activate"] as const) {
    const on = machine(() => ({ probe: () => TE.left("no") }));
    const of = order({ action, health_checks: [check("web")] });
    const { end } = await work(on, { order: of, env: { confirmed: () => never() } });
    assert.is(end.status, "completed", end.message);
  }
});

test("without rollback an unhealthy system stays, and that is said", async () => {
  const on = machine(() => ({ probe: () => TE.left("no") }));
  const of = order({ rollback: false, health_checks: [check("web", { tries: 1 })] });
  const { end } = await work(on, { order: of, time: fakeTime() });
  assert.equal([end.error, end.phase], ["health_check_failed", "verify"]);
  assert.match(end.message, "after one try: no. The request asks for no rollback. The new system runs all the same");
});

test("state that hangs in the proof ends it with its phase", async () => {
  let looks = 0;
  const on = machine((made) => ({ state: () => (looks++ === 1 ? () => never() : TE.right(made.links)) }));
  const { end, time } = await work(on, { order: order({ verify_ms: 30_000 }) });
  assert.equal([end.error, end.cause, time.passedMs()], ["rolled_back", "timeout", 40_000]);
});

test("a systemd that does not answer for a moment after the switch is asked again", async () => {
  let asked = 0;
  const failedUnits = () => async () => {
    asked += 1;
    return asked === 2 ? left(failure("internal", "Nobody answers.")) : right([]);
  };
  const { end } = await work(machine(() => ({ failedUnits })));
  assert.equal([end.status, asked], ["completed", 4]);
});

test("a build that used up nearly all of the time leaves a listener its time to confirm", async () => {
  const time = fakeTime();
  const after = (ms: number) => time.pause(ms, new AbortController().signal);
  const build = () => async () => {
    await after(599_000);
    return right(built);
  };
  const { end } = await work(
    machine(() => ({ build })),
    { time, env: { confirmed: () => after(30_000) } },
  );
  assert.is(end.status, "completed", end.message);
});

test.run();
