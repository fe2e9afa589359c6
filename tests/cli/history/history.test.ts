/** `hd history`: a line for each deployment, and the filters as they are typed. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { requester, requestId } from "../../support/fixtures.ts";
import { applied, buildFailed, completed, errorCode, event, refused, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/history");

const filled = async (): Promise<World> => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.all", { revision: "main", id: "req-1", reason: "certs" });
  await storeResponse(w.log, event("web1", { status: "accepted", id: requestId("req-1") }));
  await storeResponse(w.log, buildFailed("web2", { id: requestId("req-1"), proof: "named" }));
  await storeResponse(w.log, completed("web1", { id: requestId("req-1"), simulated: true, proof: "signed" }));
  await store(w.log, "hd.req.bob.prod.role.dns", { revision: "v1.2", id: "req-2", action: "boot" });
  await store(w.log, "hd.res.prod.web1.completed", "no JSON");
  return w;
};

test("newest first, each with what a person asks about it", async () => {
  const w = await filled();
  assert.is(await w.hd("history"), 0);
  assert.fixture(
    w.out(),
    `WHEN      HOST           STATUS      ACTION  REVISION  COMMIT   BY     PROOF   DURATION  ID     NOTE
55 s ago  prod/web1      unreadable                                                             hd.res.prod.web1.completed: the body is not JSON
56 s ago  prod/role/dns  waiting     boot    v1.2               bob                      req-2  no host has answered yet
57 s ago  prod/web1      completed*  switch  main      3333333  alice  signed  48s       req-1  certs
58 s ago  prod/web2      failed      switch  main      3333333  alice  named   12s       req-1  build_failed: certs

* simulated: a stand-in took the place of Nix; nothing was really built or switched
`,
  );
});

test("a host as the table shows it names its tier too", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "--host", "prod/web2", "-o", "json"), 0);
  assert.equal(
    JSON.parse(w.out()).deployments.map(({ host }: { host: string }) => host),
    ["web2"],
  );
  const other = await filled();
  await other.hd("history", "--host", "test/web2");
  assert.is(other.out(), "nothing in the log matches\n");
  assert.is(await other.hd("history", "--host", "test/web2", "--tier", "prod"), 2);
  assert.match(other.err(), "--host and --tier name two tiers, test and prod.");
});

test("an empty stretch of time is a mistake", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "--since", "1h", "--until", "2h"), 2);
  assert.match(w.err(), "--since is not before --until; turn them round.");
});

test("nothing matches", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "--host", "nobody"), 0);
  assert.is(w.out(), "nothing in the log matches\n");
});

test("the filters as they are typed", async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["-n 1", ["unreadable"]],
    ["-n2", ["unreadable", "waiting"]],
    ["--host web2", ["failed"]],
    ["--tier prod --status completed", ["completed"]],
    ["--tier test", []],
    ["--role dns", ["waiting"]],
    ["--requester alice", ["completed", "failed"]],
    ["--requester bob --as alice", ["waiting"]],
    ["--action boot", ["waiting"]],
    ["--id req-1", ["completed", "failed"]],
    ["--since 56s", ["unreadable", "waiting"]],
    ["--since 2026-01-31T12:00:04Z", ["unreadable", "waiting"]],
    ["--since 2026-02-01", []],
    ["--until 2026-01-31T12:00:02Z", ["failed"]],
  ];
  for (const [words, statuses] of cases) {
    const w = await filled();
    assert.is(await w.hd("history", "-ojson", ...words.split(" ")), 0);
    const found = JSON.parse(w.out()).deployments.map(({ status }: { status: string }) => status);
    assert.equal(found, statuses, words);
  }
});

test("a full page tells how to see the next, and the last one has nothing to tell", async () => {
  const w = await filled();
  assert.is(await w.hd("history", "-n", "2"), 0);
  assert.is(w.err(), "there may be more: go on with --before 5\n");
  const next = await filled();
  assert.is(await next.hd("history", "--before", "5", "-o", "json"), 0);
  assert.is(next.err(), "");
  const { deployments, next_before } = JSON.parse(next.out());
  assert.equal(
    deployments.map(({ status }: { status: string }) => status),
    ["completed", "failed"],
  );
  assert.is(next_before, null);
});

test("a look that ended before the log did says how far it went and how to go on", async () => {
  const w = world();
  for (let n = 0; n < 25_000; n += 1) await store(w.log, "hd.res.x", "");
  assert.is(await w.hd("history", "--action", "boot"), 0);
  assert.match(
    w.err(),
    /^Looked back to \d+ in the log, \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\. Go on from there with --before \d+, or through the whole log with --scan\.\n$/,
  );
  const whole = w.err().length;
  assert.is(await w.hd("history", "--action", "boot", "--scan"), 0);
  assert.is(w.err().length, whole);
});

test("what is no sequence is refused", async () => {
  const w = world();
  assert.is(await w.hd("history", "--before", "yesterday"), 2);
  assert.match(w.err(), /--before/);
});

/** A deployment, then what was asked besides. */
const controlled = async (): Promise<World> => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1.override", { revision: "main", id: "req-1", reason: "CVE" });
  await store(w.log, "hd.req.bob.prod.web1.cancel", { request: "req-1", id: "req-2", reason: "wrong branch" });
  await storeResponse(w.log, applied("web1", "cancel", { id: requestId("req-2"), request_seq: 2 }));
  const by = { cancelled_by: requester("bob"), error: errorCode("cancelled") };
  await storeResponse(w.log, event("web1", { status: "failed", id: requestId("req-1"), override: true, ...by }));
  await store(w.log, "hd.req.carol.prod.all.freeze", { reason: "holidays", id: "req-3" });
  await storeResponse(w.log, applied("web1", "freeze", { id: requestId("req-3"), request_seq: 5 }));
  await store(w.log, "hd.req.carol.prod.all.unfreeze", { id: "req-4" });
  return w;
};

test("control requests are rows of their own", async () => {
  const w = await controlled();
  assert.is(await w.hd("history"), 0);
  assert.fixture(
    w.out(),
    `WHEN      HOST       STATUS   ACTION    REVISION  COMMIT  BY     PROOF  DURATION  ID     NOTE
54 s ago  prod/all   waiting  unfreeze                    carol                   req-4  no host has answered yet
55 s ago  prod/web1  applied  freeze                      carol                   req-3  holidays
57 s ago  prod/web1  failed   switch    main              alice                   req-1  CVE; cancelled by bob; in spite of a freeze
58 s ago  prod/web1  applied  cancel                      bob                     req-2  wrong branch
`,
  );
});

test("control requests are found by what they ask for, and are no deployments", async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["--action cancel", ["req-2"]],
    ["--action freeze", ["req-3"]],
    ["--action unfreeze", ["req-4"]],
    ["--action switch", ["req-1"]],
    ["--status applied", ["req-3", "req-2"]],
    ["--status completed", []],
  ];
  for (const [words, ids] of cases) {
    const w = await controlled();
    assert.is(await w.hd("history", "-ojson", ...words.split(" ")), 0);
    const found = JSON.parse(w.out()).deployments.map(({ id }: { id: string }) => id);
    assert.equal(found, ids, words);
  }
});

test("an answer to control is never taken for a deployment, whatever else it says", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1.freeze", { reason: "x", id: "req-1" });
  const lying = { ...completed("web1", { id: requestId("req-1") }), control: "freeze" as const };
  await storeResponse(w.log, lying);
  await w.hd("history", "--action", "switch", "-o", "json");
  assert.equal(JSON.parse(w.out()).deployments, []);
});

test("what a refusal leaves out is the request's to say", async () => {
  const w = world();
  await store(w.log, "hd.req.alice.prod.web1", { revision: "main", id: "req-1" });
  const { action: _, revision: __, ...plain } = refused("web1", "cancelled", { id: requestId("req-1") });
  await storeResponse(w.log, plain);
  for (const [action, found] of [
    ["switch", ["main"]],
    ["boot", []],
  ] as const) {
    const before = w.out().length;
    assert.is(await w.hd("history", "--action", action, "-o", "json"), 0);
    const { deployments } = JSON.parse(w.out().slice(before));
    assert.equal(
      deployments.map(({ revision }: { revision: string }) => revision),
      found,
    );
  }
});

test("what a deployment is left with stands in its note", async () => {
  const w = world();
  const about = { id: requestId("req-1") };
  await store(w.log, "hd.req.alice.prod.all", { revision: "main", id: "req-1", reason: "certs" });
  const gone = { error: errorCode("rolled_back"), cause: errorCode("health_check_failed") };
  await storeResponse(w.log, event("web1", { status: "failed", ...about, ...gone }));
  const texts = (...all: readonly string[]) => all as unknown as NonNullable<DeployEvent["failed_units"]>;
  const notes = { failed_units: texts("backup.service"), reboot_needed: texts("kernel") };
  await storeResponse(w.log, completed("web2", { ...about, ...notes }));
  assert.is(await w.hd("history"), 0);
  assert.match(w.out(), "  with failed units; a reboot is needed: certs\n");
  assert.match(w.out(), "  rolled_back after health_check_failed: certs\n");
});

test("as JSON, every key is there", async () => {
  const w = await filled();
  await w.hd("history", "--status", "completed", "-o", "json");
  assert.equal(JSON.parse(w.out()), {
    apiVersion: "hd/v1",
    kind: "History",
    deployments: [
      {
        ...{ seq: 4, stored_at: "2026-01-31T12:00:03.000Z", status: "completed", message: "web1 runs what was built" },
        ...{
          error: null,
          id: "req-1",
          request_seq: 1,
          target: "prod/all",
          tier: "prod",
          host: "web1",
          requester: "alice",
          on_behalf_of: null,
          client: null,
          tool: null,
          confirmed: null,
          proof: "signed",
        },
        ...{
          reason: "certs",
          replay_of: null,
          build_request: null,
          action: "switch",
          revision: "main",
          commit: "3".repeat(40),
          generation: 142,
        },
        ...{ phase: null, elapsed_ms: 48_000, simulated: true, verb: null },
        ...{ cause: null, cancelled_by: null, failed_units: null, reboot_needed: null },
      },
    ],
    complete: true,
    next_before: null,
  });
});

test("as JSON lines, the result last", async () => {
  const w = await filled();
  await w.hd("history", "-o", "ndjson");
  const lines = w
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  const end = { complete: true, next_before: null };
  assert.equal(lines.at(-1), { type: "result", apiVersion: "hd/v1", kind: "History", count: 4, ...end });
});

test.run();
