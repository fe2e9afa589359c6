/** The endings that are not plain: each says what the host is left with, and the worst is the loudest. */
import picocolors from "picocolors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { report } from "../../../cli/follow/report.ts";
import type { Observed } from "../../../cli/follow/watched.ts";
import { hostAddress } from "../../../lib/contract/address.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { hostName, noonMs, requester, requestId, storePath, tier } from "../../support/fixtures.ts";
import { completed, enrol, errorCode, event, serve } from "../support/fleet.ts";
import { screen, type World, world } from "../support/world.ts";

const test = suite("cli/deploy/endings");

const deployed = async (...events: readonly DeployEvent[]): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1");
  await serve(w.log, "prod/web1", ...events);
  return w;
};

const unit = (name: string) => [name] as unknown as NonNullable<DeployEvent["failed_units"]>;

const rolledBack = event("web1", {
  ...{ status: "failed", error: errorCode("rolled_back"), cause: errorCode("health_check_failed"), phase: "rollback" },
  ...{ message: "http://127.0.0.1/ did not answer within 30s", closure: storePath("new"), previous: storePath("old") },
});

test("what was rolled back says what runs, what was built, and why", async () => {
  const started = event("web1", { status: "started", phase: "rollback", message: "web1 goes back" });
  const w = await deployed(started, rolledBack);
  assert.is(await w.hd("deploy", "prod/web1"), 1);
  assert.match(w.err(), "12:00:01Z  web1  rollback     web1 goes back\n12:00:02Z  web1  rolled_back  http:");
  assert.fixture(
    screen(w.out()),
    `HOST  RESULT       COMMIT  GENERATION  DURATION  MESSAGE
web1  rolled_back                                http://127.0.0.1/ did not answer within 30s

web1 failed: rolled_back (the host went back to what it was to boot before)
  http://127.0.0.1/ did not answer within 30s
  cause:   health_check_failed (a health check failed after activation)
  runs:    ${storePath("old")}
  built:   ${storePath("new")}
  details: hd show ID
`,
  );
});

const lost = event("web1", {
  ...{ status: "failed", error: errorCode("rollback_failed"), cause: errorCode("units_failed"), phase: "rollback" },
  ...{ message: "the switch back ended with 1", closure: storePath("new"), previous: storePath("old") },
  failed_units: unit("nginx.service"),
});

test("a rollback that failed is the loudest", async () => {
  const w = await deployed(lost);
  assert.is(await w.hd("deploy", "prod/web1"), 1);
  assert.fixture(
    screen(w.out()),
    `HOST  RESULT           COMMIT  GENERATION  DURATION  MESSAGE
web1  rollback_failed                                the switch back ended with 1

ROLLBACK FAILED: web1 failed in rollback: rollback_failed (it failed, and the way back to what it was to boot before failed too)
  the switch back ended with 1
  cause:   units_failed (the new configuration runs, but units of it failed)
  wanted:  ${storePath("old")}
  built:   ${storePath("new")}
  units:   nginx.service
  next:    look at web1 itself before anything else is deployed there
  details: hd show ID
`,
  );
});

test("it comes last, in a colour of its own", () => {
  const record = (name: string, of: DeployEvent) => ({
    ...{ kind: "response" as const, seq: 2, atMs: noonMs, tier: tier("prod"), host: hostName(name) },
    ...{ status: of.status, event: of },
  });
  const states = new Map([
    [hostName("a1"), { kind: "ended" as const, record: record("a1", lost) }],
    [hostName("b1"), { kind: "ended" as const, record: record("b1", rolledBack) }],
  ]);
  const address = hostAddress(tier("prod"), hostName("a1"));
  const observed: Observed = {
    ...{
      request: { id: requestId("req-1"), seq: 1, address },
      verb: undefined,
      body: undefined,
      hosts: [],
      repeated: "",
    },
    result: { states, end: "settled", skipped: 0, failure: undefined },
  };
  const text = report([observed], { paint: picocolors.createColors(true), width: undefined, nowMs: noonMs });
  assert.ok(text.indexOf("ROLLBACK FAILED: a1") > text.indexOf("b1 failed in rollback"));
  assert.match(text, "\u001b[7m\u001b[1m\u001b[31mROLLBACK FAILED: a1");
});

test("what a person has to know of one that went well", async () => {
  const parts = ["kernel", "initrd"] as unknown as NonNullable<DeployEvent["reboot_needed"]>;
  const notes = { failed_units: unit("backup-db.service"), reboot_needed: parts, override: true };
  const w = await deployed(completed("web1", notes));
  assert.is(await w.hd("deploy", "prod/web1"), 0);
  assert.fixture(
    w.out(),
    `HOST  RESULT     COMMIT   GENERATION  DURATION  MESSAGE
web1  completed  3333333  142         48s       web1 runs what was built

web1: units failed and were tolerated: backup-db.service
web1: a reboot is needed: what is new in kernel and initrd runs only after it
web1: in spite of a freeze
`,
  );
});

test("who cancelled it is named", async () => {
  const by = { cancelled_by: requester("bob"), error: errorCode("cancelled"), phase: "build" } as const;
  const w = await deployed(event("web1", { status: "failed", ...by, message: "bob cancelled it: wrong branch" }));
  assert.is(await w.hd("deploy", "prod/web1"), 1);
  assert.match(w.err(), "web1  cancelled    bob cancelled it: wrong branch\n");
  assert.match(
    screen(w.out()),
    `web1 failed in build: cancelled (it was cancelled)
  bob cancelled it: wrong branch
  by:      bob
  details: hd show ID
`,
  );
  assert.not.match(w.out(), "again:");
});

test("programs get what the host said, whole", async () => {
  const w = await deployed(rolledBack);
  assert.is(await w.hd("deploy", "prod/web1", "-o", "json"), 1);
  const [{ result, last, outcome }] = JSON.parse(w.out()).requests[0].hosts;
  assert.equal(
    [result, last.error, last.cause, last.previous, outcome],
    ["failed", "rolled_back", "health_check_failed", storePath("old"), null],
  );
});

test.run();
