/** `hd hosts`: everyone who is enrolled or answers, what each is doing, and what was last deployed there. */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import { commit, noonMs, requestId, storePath } from "../../support/fixtures.ts";
import { announce, answerDiscovery, completed, enrol, event, serve, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/hosts");

/** One host that is idle, one that works, one that is away, one that does not answer, and one that nobody enrolled. */
const fleet = async (): Promise<World> => {
  const w = world();
  enrol(w.log, "prod/web1:web,dns", "prod/web2:web", "prod/db1", "test/lab1");
  for (const spec of ["prod/web1", "prod/web2", "prod/db1"]) await serve(w.log, spec);
  await answerDiscovery(w.log, "prod/web1:web,dns");
  await answerDiscovery(w.log, "prod/web2:web", { deploying: "req-9" });
  await answerDiscovery(w.log, "lab/new1", { version: undefined });
  await storeResponse(w.log, completed("web1"));
  await storeResponse(w.log, completed("web2", { action: "boot", generation: 7 }));
  await storeResponse(w.log, event("web2", { status: "started", phase: "build", id: requestId("req-9") }));
  await store(w.log, "hd.req.alice.test.lab1", { revision: "main" });
  return w;
};

test("a line for each, away ones too", async () => {
  const w = await fleet();
  assert.is(await w.hd("hosts"), 0);
  assert.fixture(
    w.out(),
    `HOST  TIER  ROLES    STATE         DEPLOYED       GEN  BY     WHEN       DOING
new1  lab            not enrolled  nothing yet
db1   prod           silent        nothing yet
web1  prod  web,dns  present       3333333        142  alice  1 min ago  idle
web2  prod  web      present       boots 3333333  7                      build for 58s (req-9)
lab1  test           away          nothing yet                           1 request waits
`,
  );
  assert.is(w.err(), "");
  assert.is(w.closed(), 1);
});

test("what runs is told also after a trial, and after what will only boot", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2");
  const [ran, other] = [commit("1"), commit("2")];
  for (const host of ["web1", "web2"]) await storeResponse(w.log, completed(host, { commit: ran, request_seq: 1 }));
  await storeResponse(w.log, completed("web1", { action: "dry-activate", commit: other, request_seq: 2 }));
  await storeResponse(w.log, completed("web2", { action: "boot", commit: other, request_seq: 2 }));
  await w.hd("hosts", "-o", "json");
  const { hosts } = JSON.parse(w.out());
  assert.equal(
    hosts.map(({ runs, last_completed }: { runs: { commit: string }; last_completed: { action: string } }) => [
      runs.commit,
      last_completed.action,
    ]),
    [
      [ran, "dry-activate"],
      [ran, "boot"],
    ],
  );
  const table = world({ connect: w.cli.connect });
  await table.hd("hosts");
  assert.match(table.out(), /web1 .* 1111111 +142 +alice/);
  assert.match(table.out(), /web2 .* 1111111, boots 2222222 +142 +alice/);
});

/** Seen an hour before the clock of the world, by a host that is away. */
const wasSeen = (): World => world({ now: () => noonMs + 3_600_000 });

test("of those that are away it is told how they were when they were last seen, by the server's clock", async () => {
  const w = wasSeen();
  enrol(w.log, "prod/web1:web", "prod/web2:web", "prod/web3", "prod/web4");
  const doing = { requester: "alice", action: "switch", revision: "main", since: "2026-01-31T12:00:00.000Z" };
  await announce(w.log, "prod/web1:web", {
    stopped: true,
    generation: 141,
    reboot_needed: ["kernel", "initrd\nweb9  prod"],
  });
  await announce(w.log, "prod/web2:web", {
    at: "2099-01-01T00:00:00.000Z",
    doing: { ...doing, id: "r1", phase: "build" },
  });
  await announce(w.log, "prod/web3", {
    frozen: [{ address: "deploy.prod.all", by: "bob", reason: "holidays\nof all", until: "2026-02-03T00:00:00Z" }],
  });
  assert.is(await w.hd("hosts"), 0);
  assert.fixture(
    w.out(),
    `HOST  TIER  ROLES  STATE    SEEN     DEPLOYED     GEN  DOING
web1  prod  web    stopped  1 h ago  nothing yet  141  reboot needed: kernel, initrd
web2  prod  web    away     1 h ago  nothing yet       was at build of r1
web3  prod         away     1 h ago  nothing yet       frozen by bob until 2026-02-03 00:00:00Z: holidays
web4  prod         away              nothing yet
`,
  );
  assert.is(w.err(), "");
});

test("what was changed by hand is told, and what a reboot or a failure left", async () => {
  const w = wasSeen();
  const [old, tried, broken] = [storePath("old"), storePath("tried"), storePath("broken")];
  enrol(w.log, "prod/hand", "prod/back", "prod/boot", "prod/fail", "prod/same", "prod/late", "prod/next");
  const deployed = (host: string, changes: object = {}) =>
    storeResponse(w.log, completed(host, { closure: tried, commit: commit("2"), generation: 9, ...changes }));
  const failed = { status: "failed", phase: "verify", closure: broken, commit: commit("5"), request_seq: 2 } as const;
  await announce(w.log, "prod/late", { running: old });
  for (const host of ["hand", "back", "fail", "same", "late", "next"]) await deployed(host);
  await deployed("boot", { action: "test" });
  await deployed("next", { action: "boot", closure: broken, commit: commit("5"), request_seq: 3 });
  await storeResponse(w.log, event("fail", failed));
  await announce(w.log, "prod/hand", { running: old, boots: old });
  await announce(w.log, "prod/back", { running: old, boots: old, commit: commit("1") });
  await announce(w.log, "prod/boot", { running: old, boots: old, commit: commit("1") });
  await announce(w.log, "prod/fail", { running: broken });
  await announce(w.log, "prod/same", { running: tried });
  await announce(w.log, "prod/next", { running: broken });
  await w.hd("hosts");
  assert.fixture(
    w.out(),
    `HOST  TIER  STATE  SEEN        DEPLOYED                 GEN  BY     WHEN        DOING
back  prod  away   59 min ago  1111111 changed by hand  9
boot  prod  away   59 min ago  1111111 (rebooted)       9
fail  prod  away   59 min ago  5555555 (failed)         9
hand  prod  away   59 min ago  changed by hand          9
late  prod  away   1 h ago     2222222                  9    alice  59 min ago
next  prod  away   59 min ago  5555555                  9    alice  59 min ago
same  prod  away   59 min ago  2222222                  9    alice  59 min ago
`,
  );
  const json = world({ connect: w.cli.connect });
  await json.hd("hosts", "-o", "json");
  const { hosts } = JSON.parse(json.out());
  assert.equal(
    hosts.map(({ unlike_log }: { unlike_log: { how: string } | null }) => unlike_log?.how ?? null),
    ["by hand", "rebooted", "failed", "by hand", null, null, null],
  );
  assert.equal(hosts[0].presence.boots, old);
});

test("a record that is newer than what a host announced tells the generation", async () => {
  const w = wasSeen();
  enrol(w.log, "prod/web1");
  await announce(w.log, "prod/web1", { generation: 1 });
  await storeResponse(w.log, event("web1", { status: "started", phase: "verify" }));
  await storeResponse(w.log, completed("web1", { generation: 2 }));
  await w.hd("hosts");
  assert.match(w.out(), /web1 +prod +away .* 3333333 +2 +alice/);
});

test("what will boot is told where it is not what runs, as the host said last", async () => {
  const w = wasSeen();
  const [old, next] = [storePath("old"), storePath("next")];
  enrol(w.log, "prod/left", "prod/made", "prod/tried", "prod/undone", "prod/well");
  const ran = { closure: old, commit: commit("1") };
  for (const host of ["left", "made", "tried", "undone", "well"]) await storeResponse(w.log, completed(host, ran));
  const boot = { action: "boot", closure: next, commit: commit("2"), request_seq: 2 } as const;
  for (const host of ["made", "undone"]) await storeResponse(w.log, completed(host, boot));
  await storeResponse(
    w.log,
    completed("tried", { action: "test", closure: next, commit: commit("2"), request_seq: 2 }),
  );
  await announce(w.log, "prod/left", { running: old, boots: next });
  await announce(w.log, "prod/made", { running: old, boots: next });
  await announce(w.log, "prod/tried", { running: next, boots: old });
  await announce(w.log, "prod/undone", { running: old, boots: old });
  await announce(w.log, "prod/well", { running: old, boots: old });
  await w.hd("hosts");
  assert.equal(
    w
      .out()
      .split("\n")
      .slice(1, 6)
      .map((line) => /^(\w+) .* ago +(\S.*?) {2}/.exec(line)?.slice(1).join(": ")),
    [
      "left: 1111111, boots another system",
      "made: 1111111, boots 2222222",
      "tried: 2222222 (test)",
      "undone: 1111111",
      "well: 1111111",
    ],
  );
});

test("an announcement that cannot be read is told as such", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/web2", "prod/web3", "prod/web4");
  await announce(w.log, "prod/web1", "{");
  await announce(w.log, "prod/web2", { version: ";" });
  await announce(w.log, "prod/web3", { hostname: "web2" });
  await announce(w.log, "prod/web4", "");
  assert.is(await w.hd("hosts"), 0);
  assert.is(w.out().match(/what it announced cannot be read/g)?.length, 3);
  const json = world({ connect: w.cli.connect });
  await json.hd("hosts", "-o", "json");
  const { hosts } = JSON.parse(json.out());
  const why = hosts.map((one: { presence_unreadable: string | null }) => one.presence_unreadable);
  assert.equal([why[0], why[2], why[3]], ["it is not JSON", "it says that it is of web2", null]);
  assert.match(why[1], "version: must be");
});

test("without a bucket, or where it cannot be read, everything else is told", async () => {
  const cases = [
    [right(undefined), "no last seen: this log has no bucket of presences yet; make it with: hd streams apply\n"],
    [left(failure("unauthorized", "Not you.")), "no last seen: Not you.\n"],
  ] as const;
  for (const [found, said] of cases) {
    const w = world({ around: (bus) => ({ ...bus, presences: { of: () => async () => found } }) });
    enrol(w.log, "prod/web1");
    assert.is(await w.hd("hosts"), 0);
    assert.match(w.out(), /web1 +prod +away/);
    assert.is(w.err(), said);
  }
});

test("ends as soon as all that are there have answered", async () => {
  const w = world();
  enrol(w.log, "prod/web1", "prod/away1");
  await serve(w.log, "prod/web1");
  await answerDiscovery(w.log, "prod/web1");
  const startMs = performance.now();
  await w.hd("hosts");
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs < 400, `took ${tookMs} ms, as long as it waits for answers`);
});

test("what runs in a stand-in says so", async () => {
  const w = world();
  enrol(w.log, "prod/web1");
  await storeResponse(w.log, completed("web1", { simulated: true }));
  await w.hd("hosts");
  assert.match(w.out(), "\nsimulated: a stand-in took the place of Nix");
});

test("without any host, that is what is said", async () => {
  const w = world();
  assert.is(await w.hd("hosts"), 0);
  assert.match(w.out(), "no host is enrolled yet");
});

test("answers that are none are ignored", async () => {
  const w = world();
  const { live } = w.log.bus();
  await live.subscribe("deploy.discover", ({ body }) => {
    for (const answer of ["no JSON", "{}", "null"]) live.publish(JSON.parse(body).reply_to, answer);
  });
  enrol(w.log, "prod/web1");
  assert.is(await w.hd("hosts", "-o", "json"), 0);
  assert.equal(
    JSON.parse(w.out()).hosts.map(({ host }: { host: string }) => host),
    ["web1"],
  );
});

test("as JSON, every key is there", async () => {
  const w = await fleet();
  await w.hd("hosts", "-o", "json");
  const { apiVersion, kind, hosts } = JSON.parse(w.out());
  assert.equal([apiVersion, kind], ["hd/v1", "Hosts"]);
  const lab1 = hosts.at(-1);
  assert.equal(lab1, {
    ...{ host: "lab1", tier: "test", roles: [], state: "away", version: null, pending: 1 },
    ...{ deploying: null, doing: null, last_completed: null, simulated: false, runs: null },
    ...{ presence: null, seen_at: null, presence_unreadable: null, unlike_log: null },
  });
  const lines = world({ connect: w.cli.connect });
  await lines.hd("hosts", "-o", "ndjson");
  const parsed = lines
    .out()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.equal(
    parsed.map(({ type }) => type),
    ["item", "item", "item", "item", "item", "result"],
  );
});

test.run();
