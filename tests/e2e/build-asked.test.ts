/** Builds from the command line with everything real: a builder, hosts, a server. What is asked for, watched, and deployed once it is built. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Identity } from "../../lib/contract/permissions.ts";
import { requester } from "../support/fixtures.ts";
import { enrolment, fleetIdentities, fleetOn } from "../support/fleet.ts";
import { temporaryFolder } from "../support/nats.ts";
import { startWorld } from "../support/nats-world.ts";
import { gateAt } from "./support/gate.ts";
import { type ListenerProcess, listenerProcess } from "./support/listener-process.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: builds that are asked for");

const ci = requester("ci");
const builder: Identity = { kind: "builder", requester: ci };
const world = await startWorld([...fleetIdentities, builder]);
// What was in hand at a kill comes again after this time; the real one would make the tests slow.
await world.apply({ hosts: enrolment, builder: { ackWaitMs: 1_000 } });
const fleet = await fleetOn(test, { world, servers: [world.server.url] });
test.after(() => world.server.stop());

const stateDir = temporaryFolder();
const builders = new Set<ListenerProcess>();

const startBuilder = async (): Promise<ListenerProcess> => {
  const own = ["--as", ci, "--nats-url", world.server.url, "--nkey-file", world.keys.get(ci) ?? ""];
  const words = ["--engine", "simulated", "--state-dir", stateDir, "--repo", `nixos=${fleet.flake.url}`];
  const started = listenerProcess([...fleet.program, "builder", ...own, ...words]);
  builders.add(started);
  await started.listening();
  return started;
};

test.after(async () => {
  await Promise.all([...builders].map((one) => one.kill()));
});

interface Build {
  readonly exit_code: number;
  readonly requests: readonly {
    readonly id: string;
    readonly result: string;
    readonly commit: string | null;
    readonly hosts: readonly { readonly host: string; readonly outcome: string; readonly closure?: string }[];
  }[];
}

const built = async (exit: number, ...words: readonly string[]): Promise<Build["requests"][number]> => {
  const { code, out, err } = await fleet.hd("build", ...words, "-o", "json");
  assert.is(code, exit, `${out}${err}`);
  const [one]: Build["requests"] = JSON.parse(out).requests;
  if (one === undefined) throw new Error(out);
  return one;
};

const hostsOf = ({ hosts }: Build["requests"][number]) => hosts.map(({ host, outcome }) => `${host} ${outcome}`);

test("without a builder it says so at once, and the request waits; a builder that comes takes it", async () => {
  const { code, out, err } = await fleet.hd("build", "nixos/web1");
  assert.is(code, 7);
  assert.match(err, "no builder is there: the request waits in the log for 1h");
  const [, id = ""] = /hd watch (\S+)/.exec(out) ?? [];
  await startBuilder();
  const watched = await fleet.hd("watch", id);
  assert.is(watched.code, 0, watched.out + watched.err);
  assert.match(watched.out, /web1 +built/);
});

test("all hosts, one of them, some of them", async () => {
  assert.equal(hostsOf(await built(0, "nixos")), ["lab1 built", "web1 built", "web2 built"]);
  assert.equal(hostsOf(await built(0, "build.nixos.web2")), ["web2 built"]);
  const some = await built(0, "nixos", "--host", "web1", "--host", "lab1");
  assert.equal(hostsOf(some), ["lab1 built", "web1 built"]);
  for (const { closure = "" } of some.hosts) assert.match(closure, /^\/nix\/store\/.+-nixos-system-/);
});

test("what fails is told with the tail of its output, and shown again afterwards", async () => {
  const { code, out } = await fleet.hd("build", "nixos", "-r", "broken");
  assert.is(code, 1);
  assert.match(out, "last");
  const [, id = ""] = /details: hd show (\S+)/.exec(out) ?? [];
  const shown = await fleet.hd("show", id);
  assert.is(shown.code, 0);
  assert.match(shown.out, /failed: build_failed/);
  assert.match((await fleet.hd("builds", "--status", "failed")).out, id);
});

test("a repository or a host that is not there is rejected with those that are", async () => {
  const repo = await fleet.hd("build", "nixs/web1");
  assert.is(repo.code, 1);
  assert.match(repo.out, "it knows nixos");
  const host = await fleet.hd("build", "nixos/web9");
  assert.is(host.code, 1);
  assert.match(host.out, "web1");
  const revision = await fleet.hd("build", "nixos/web1", "-r", "no-such-branch");
  assert.is(revision.code, 1);
  assert.match(revision.out, "revision_not_found");
});

test("Ctrl-C stops the watching; a builder that is killed is followed by the next", async () => {
  const gate = await gateAt(join(stateDir, "simulated", "nixos", "web1"), "build");
  const first = fleet.spawn(["build", "nixos/web1", "-r", "v1"]);
  await first.heard(/build {2}/);
  first.signal("SIGINT");
  assert.equal(await first.exited, { code: 130, signal: null });
  const [, id = ""] = /hd watch (\S+)/.exec(first.err()) ?? [];
  const watching = fleet.spawn(["watch", id]);
  await watching.heard(/build {2}/);
  const other = fleet.spawn(["build", "nixos/web2"]);
  await other.heard(`waits behind nixos/web1 (request ${id})`);
  await Promise.all([...builders].map((one) => one.kill()));
  await startBuilder();
  await gate.open();
  await gate.open();
  assert.equal(await watching.exited, { code: 0, signal: null });
  assert.equal(await other.exited, { code: 0, signal: null });
  await gate.remove();
});

test("--build-first: what was built is deployed at its commit, and what was not is deployed nowhere", async () => {
  await fleet.listen("web1", "web2", "lab1");
  const good = await fleet.hd("deploy", "prod/all", "test/lab1", "--build-first", "nixos", "-o", "json");
  assert.is(good.code, 0, good.out + good.err);
  const { requests } = JSON.parse(good.out);
  const builds = JSON.parse((await fleet.hd("builds", "-n", "1", "-o", "json")).out).builds;
  for (const { request } of requests) {
    assert.is(request.revision, builds[0].commit);
    assert.is(request.build_request, builds[0].id);
  }
  const before = fleet.runs("web1").length;
  const bad = await fleet.hd("deploy", "prod/all", "-r", "broken", "--build-first", "nixos");
  assert.is(bad.code, 1);
  assert.match(bad.err, "Nothing was deployed: nixos/all was not built.");
  assert.is(fleet.runs("web1").length, before);
  const history = await fleet.hd("history", "-o", "json");
  assert.not.match(history.out, "unreadable");
});

test("the log is true", () => theLogIsTrue(fleet));

test.run();
