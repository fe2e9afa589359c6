/** `hd hosts`: everyone who is enrolled or answers, what each is doing, and what was last deployed there. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commit, requestId } from "../../support/fixtures.ts";
import { answerDiscovery, completed, enrol, event, serve, store, storeResponse } from "../support/fleet.ts";
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
    `HOST  TIER  ROLES    STATE         VERSION  DEPLOYED       BY     WHEN       DOING
new1  lab            not enrolled           nothing yet
db1   prod           silent                 nothing yet
web1  prod  web,dns  present       0.9.1    3333333        alice  1 min ago  idle
web2  prod  web      present       0.9.1    boots 3333333                    build for 58s (req-9)
lab1  test           away                   nothing yet                      1 request waits
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
  assert.match(table.out(), /web1 .* 1111111 +alice/);
  assert.match(table.out(), /web2 .* 1111111, boots 2222222 +alice/);
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
