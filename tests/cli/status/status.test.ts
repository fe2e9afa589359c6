/** `hd status`: what hosts run, now and as of a time, and how that differs from their tier. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import type { FailureCode } from "../../../lib/contract/failure.ts";
import { commit, requester, requestId, storePath } from "../../support/fixtures.ts";
import { announce, buildFailed, completed, enrol, errorCode, event, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/status");

/** A deployment of the system `name`, of the commit with that digit. */
const put = (host: string, digit: string, changes: Partial<DeployEvent> = {}): DeployEvent =>
  completed(host, {
    ...{ closure: storePath(`system-${digit}`), commit: commit(digit), generation: Number(digit) + 100 },
    ...{ id: requestId(`req-${digit}`), ...changes },
  });

const failed = (host: string, error: FailureCode, changes: Partial<DeployEvent> = {}): DeployEvent =>
  event(host, {
    ...{ status: "failed", error: errorCode(error), phase: "activate", commit: commit("9"), id: requestId("req-9") },
    ...{ closure: storePath("system-9"), previous: storePath("system-2"), ...changes },
  });

const hosts = ["prod/web1:web", "prod/web2:web", "prod/web3", "prod/web4", "prod/db1", "test/lab1"];

/** One record a second, from noon on; the command asks a minute after noon. */
const fleet = async (): Promise<World> => {
  const w = world();
  enrol(w.log, ...hosts);
  await storeResponse(w.log, put("web1", "2", { requester: requester("bob") }));
  await storeResponse(w.log, put("web2", "2"));
  await storeResponse(w.log, put("web3", "2"));
  await storeResponse(w.log, put("web4", "2"));
  await storeResponse(w.log, put("web1", "3"));
  await storeResponse(w.log, put("web3", "3", { action: "boot" }));
  await storeResponse(w.log, buildFailed("web2", { id: requestId("req-8"), commit: commit("8") }));
  await storeResponse(w.log, failed("web4", "activation_failed"));
  return w;
};

test("what each host runs, since when, by whose request, and what differs", async () => {
  const w = await fleet();
  assert.is(await w.hd("status"), 0);
  assert.fixture(
    w.out(),
    `HOST       RUNS         GEN  SINCE     BY     ID     NOTE
prod/db1   nothing yet                               its tier has 3333333 since 56 s ago
prod/web1  3333333      103  56 s ago  alice  req-3
prod/web2  2222222      102  59 s ago  alice  req-2  behind 3333333 since 56 s ago; 8888888 failed with build_failed 54 s ago (req-8)
prod/web3  2222222      103  58 s ago  alice  req-2  boots 3333333
prod/web4  not known         53 s ago  alice  req-9  9999999 failed with activation_failed 53 s ago (req-9); before that 2222222
test/lab1  nothing yet
`,
  );
});

test("as of a time it is what it was then", async () => {
  const w = await fleet();
  assert.is(await w.hd("status", "--at", "2026-01-31 12:00:04", "prod/web1", "web3", "test"), 0);
  assert.fixture(
    w.out(),
    `HOST       RUNS         GEN  SINCE                 BY     ID     NOTE
prod/web1  3333333      103  2026-01-31 12:00:04Z  alice  req-3
prod/web3  2222222      102  2026-01-31 12:00:02Z  alice  req-2  behind 3333333 since 2026-01-31 12:00:04Z
test/lab1  nothing yet
`,
  );
  assert.is(w.err(), "as of 2026-01-31 12:00:04Z (record 5)\n");
  const before = world({ connect: w.cli.connect });
  await before.hd("status", "web1", "--at", "58s ago");
  assert.match(before.out(), "prod/web1  2222222  102  2026-01-31 12:00:00Z  bob  req-2");
});

test("only what drifts, with an exit code of its own", async () => {
  const w = await fleet();
  assert.is(await w.hd("status", "--drift", "-o", "json"), 3);
  assert.equal(
    JSON.parse(w.out()).hosts.map(({ host, drift }: { host: string; drift: { kind: string } }) => [host, drift.kind]),
    [
      ["db1", "never_deployed"],
      ["web2", "behind"],
      ["web3", "reboot"],
      ["web4", "unknown"],
    ],
  );
  const none = world({ connect: w.cli.connect });
  assert.is(await none.hd("status", "--drift", "web1", "test"), 0);
  assert.is(none.out(), "every host runs the newest of its tier\n");
});

test("what hosts announced is held against it", async () => {
  const w = world();
  enrol(w.log, ...hosts);
  for (const host of ["web1", "web2", "web3", "web4"]) await storeResponse(w.log, put(host, "2"));
  await storeResponse(w.log, put("web2", "3", { action: "boot" }));
  await storeResponse(w.log, failed("web4", "activation_failed"));
  await announce(w.log, "prod/web1", { running: storePath("by-hand"), boots: storePath("by-hand") });
  const booted = { running: storePath("system-3"), boots: storePath("system-3"), booted_at: "2026-01-31T12:00:30Z" };
  await announce(w.log, "prod/web2", booted);
  await announce(w.log, "prod/web3", { running: storePath("system-2"), boots: storePath("system-2") });
  await announce(w.log, "prod/web4", { running: storePath("system-9"), boots: storePath("system-2") });
  assert.is(await w.hd("status", "prod/web1", "web2", "web3", "web4"), 0);
  assert.fixture(
    w.out(),
    `HOST       RUNS     GEN  SINCE     BY     ID     NOTE
prod/web1  unknown  102                          changed by hand: the log has 2222222
prod/web2  3333333  103  30 s ago  alice  req-3  rebooted
prod/web3  2222222  102  58 s ago  alice  req-2  behind 3333333 since 56 s ago
prod/web4  9999999       55 s ago  alice  req-9  behind 3333333 since 56 s ago; what will boot is not known; 9999999 failed with activation_failed 55 s ago (req-9)
`,
  );
});

test("a host that is not enrolled any more was there then", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await storeResponse(w.log, put("web1", "2"));
  await storeResponse(w.log, put("old1", "3"));
  await w.hd("status", "--at", "now");
  assert.match(w.out(), /prod\/old1 +3333333 .*not enrolled any more\n/);
  const now = world({ connect: w.cli.connect });
  assert.is(await now.hd("status", "--drift"), 0);
  assert.is(await now.hd("status", "old1"), 2);
});

const refused: readonly (readonly [string, readonly string[], string])[] = [
  ["a host that there is not", ["web9"], 'The log knows no host by "web9". Did you mean web1 or web2 or web3?'],
  ["a tier that there is not", ["prdo"], 'The log knows no host by "prdo". Did you mean prod?'],
  ["no address at all", ["web1; rm -rf /"], 'The log knows no host by "web1; rm -rf /".'],
  [
    "a time before the log",
    ["--at", "2026-01-30"],
    "The log begins at 2026-01-31 12:00:00Z, so it knows nothing of 2026-01-30 00:00:00Z.",
  ],
  ["a time to come", ["--at", "2026-02-01"], "--at must be a moment that is past; 2026-02-01 00:00:00Z is to come"],
  ["no time", ["--at", "lately"], "--at must be a moment such as 2h ago"],
];

for (const [what, words, message] of refused) {
  test(`refused: ${what}`, async () => {
    const w = await fleet();
    assert.is(await w.hd("status", ...words), 2);
    assert.match(w.err(), message);
    assert.is(w.out(), "");
  });
}

test("of an empty log nothing is known", async () => {
  const w = world();
  assert.is(await w.hd("status"), 0);
  assert.is(w.out(), "no host is enrolled\n");
  assert.is(await w.hd("status", "--at", "1h ago"), 2);
  assert.match(w.err(), "The log is empty, so it knows nothing of 2026-01-31 11:01:00Z.");
});

test("what is not ours in the log changes nothing", async () => {
  const w = await fleet();
  await store(w.log, "hd.res.prod.web1.completed", "no JSON");
  await store(w.log, "hd.res.prod.web1.failed", "{}");
  await w.hd("status", "web1");
  assert.match(w.out(), /prod\/web1 +3333333 +103 /);
});

test("as JSON, closures in full and every key there", async () => {
  const w = await fleet();
  await w.hd("status", "web4", "-o", "json");
  const { hosts: found, ...about } = JSON.parse(w.out());
  assert.equal(about, { apiVersion: "hd/v1", kind: "Status", as_of: "2026-01-31T12:01:00.000Z", as_of_seq: 8 });
  const [web4] = found;
  assert.equal(Object.keys(web4).sort(), [
    ...["boots", "drift", "enrolled", "failed", "host", "rebooted", "runs", "tier", "unlike_log"],
  ]);
  assert.equal(web4.runs.known, false);
  assert.equal(web4.runs.by.closure, storePath("system-9"));
  assert.equal(web4.runs.before.closure, storePath("system-2"));
  assert.equal(web4.runs.before.since, "2026-01-31T12:00:03.000Z");
  const lines = world({ connect: w.cli.connect });
  await lines.hd("status", "-o", "ndjson");
  const last = JSON.parse(lines.out().trim().split("\n").at(-1) ?? "");
  assert.equal([last.type, last.kind, last.count, last.as_of_seq], ["result", "Status", 6, 8]);
});

test.run();
