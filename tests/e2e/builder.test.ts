/** A builder on a real server: what it builds, what it refuses, and that one host that fails keeps no other from being built. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { scripts, startBuilderWorld } from "../support/builder.ts";

const test = suite("e2e: builder");

const fine = 'echo ok > "$out"';

/** Names that would be something else on a command line, in a path or in a shell. */
const hostile = ["--option", "; rm -rf x", "a b", "web.example.org", "all", "$(touch x)", '"'];

const world = await startBuilderWorld(test, {
  commits: [
    scripts({
      ...{ web1: fine, web2: 'echo "error: no such module"; exit 3', web3: fine },
      ...Object.fromEntries(hostile.map((name) => [name, fine])),
    }),
  ],
});

const builder = await world.started();

test("one host fails, the others are built, and each has its record", async () => {
  const seq = await world.ask("nixos/all", { revision: "main", id: "req-1" });
  const { status, event } = await world.ended(seq);
  assert.is(status, "failed");
  assert.is(event.error, "build_failed");
  assert.equal([event.built, event.failed, event.total], [2, 1, 3]);
  assert.equal(
    event.results?.map(({ host, outcome }) => `${host} ${outcome}`),
    ["web1 built", "web2 failed", "web3 built"],
  );
  assert.match(event.message, "2 of 3 hosts of nixos at");
  assert.match(event.message, "Failed: web2.");
  const all = await world.answers(seq);
  assert.equal(all.map((one) => one.status).slice(0, 3), ["accepted", "started", "started"]);
  assert.equal(
    all.slice(1, 3).map((one) => one.event.phase),
    ["resolve", "build"],
  );
  const failed = all.find((one) => one.event.host?.host === "web2");
  assert.match(failed?.event.log_tail?.join("\n") ?? "", "error: no such module");
  assert.ok(all.every((one) => one.event.simulated === true && one.event.requester === "alice"));
});

test("names that no host can have are left out, and said, and never come near a command", async () => {
  const seq = await world.ask("nixos/all", { revision: "main" });
  const { event } = await world.ended(seq);
  assert.equal([...(event.left_out ?? [])].sort(), hostile.toSorted());
  assert.match(event.message, `${hostile.length} configurations were left out, because no host can have the name.`);
  assert.equal(readdirSync(join(world.stateDir, "simulated", "nixos")).sort(), [".hosts", "web1", "web2", "web3"]);
  assert.not.ok(existsSync(join(world.stateDir, "x")));
});

test("one host is completed with its closure", async () => {
  const { status, event } = await world.ended(await world.ask("nixos/web1", { branch: "main" }));
  assert.is(status, "completed", event.message);
  assert.match(event.results?.[0]?.closure ?? "", /^\/nix\/store\/.*-nixos-system-web1-simulated$/);
  assert.match(event.message, /^1 host of nixos at [0-9a-f]{12} built\.$/);
});

const refused = async (target: string, body: string | object): Promise<string> => {
  const { status, event } = await world.ended(await world.ask(target, body));
  assert.equal((await world.answers(event.request_seq ?? 0)).length, status === "rejected" ? 1 : 4, event.message);
  return `${status} ${event.error}: ${event.message}`;
};

test("what cannot be built is refused with what can", async () => {
  assert.match(
    await refused("nixs/all", { revision: "main" }),
    "rejected invalid_request: ci builds nothing from a repository called nixs; it knows nixos.",
  );
  assert.match(
    await refused("nixos/web1", { revision: "main", target: "web3" }),
    "rejected invalid_request: The request stands on the subject of nixos/web1, and its body says nixos/web3.",
  );
  assert.match(await refused("nixos/web1", { revision: "main", repo: "home" }), "and its body says home/web1.");
  assert.match(await refused("nixos/web1", { revision: "main", hosts: ["web1"] }), "ask for all with them.");
  assert.match(await refused("nixos/web1", { revision: "--option" }), "rejected invalid_revision");
  assert.match(await refused("nixos/web1", "no JSON"), "rejected invalid_request: The body is not JSON");
  assert.match(
    await refused("nixos/web1", { revision: "main", expires_at: "2026-01-01T00:00:00Z" }),
    "rejected expired",
  );
});

test("a host that the flake does not have is told with the nearest, and nothing is built", async () => {
  const { status, event } = await world.ended(await world.ask("nixos/web9", { revision: "main" }));
  assert.equal([status, event.error], ["failed", "invalid_request"]);
  assert.match(event.message, "The flake has no host web9 that may be built here; nearest are: web1, web2, web3.");
});

test("a revision that is not there, and hosts that are named", async () => {
  const none = await world.ended(await world.ask("nixos/all", { revision: "nowhere" }));
  assert.equal([none.event.error, none.event.phase], ["revision_not_found", "resolve"]);
  const some = await world.ended(await world.ask("nixos/all", { revision: "main", hosts: ["web3", "web1"] }));
  assert.equal([some.status, some.event.results?.map(({ host }) => host)], ["completed", ["web1", "web3"]]);
});

test("a client that knows nothing of the log asks on the plain subject", async () => {
  const nc = await world.world.raw("unnamed");
  const reply = await nc.request("build.nixos.web1", JSON.stringify({ branch: "main" }));
  const { seq } = reply.json<{ seq: number }>();
  const { status, event } = await world.ended(seq);
  assert.equal([status, event.requester, event.proof], ["completed", "unnamed", "unnamed"]);
});

test("who reads the log takes builds for what they are: nothing is damaged, and nothing was deployed", async () => {
  const verified = await world.look("verify");
  assert.is(verified.code, 0, verified.out);
  assert.match(verified.out, "records of builds");
  const history = await world.look("history");
  assert.is(history.code, 0);
  assert.not.match(history.out, "unreadable");
  assert.match((await world.look("doctor")).out, /builder +present; requests that are not ended yet: 0/);
});

test("told to end, it ends at once and well", async () => {
  assert.equal(await builder.terminate(), { code: 0, signal: null });
});

test.run();
