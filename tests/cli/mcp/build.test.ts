/** The tool that builds: what it sends, and what it answers of builders that build, refuse, are away, or are not meant to be. */
import { isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ToolContext } from "../../../cli/mcp/tool.ts";
import { build } from "../../../cli/mcp/tools/build.ts";
import { deploymentCancel } from "../../../cli/mcp/tools/deployment-cancel.ts";
import { deploymentGet } from "../../../cli/mcp/tools/deployment-get.ts";
import { deploymentWait } from "../../../cli/mcp/tools/deployment-wait.ts";
import { BuildTarget } from "../../../lib/contract/names.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { commit, fit, requester } from "../../support/fixtures.ts";
import {
  accepted,
  buildEvent,
  building,
  built,
  done,
  ended,
  free,
  notBuilt,
  refusedBuild,
  resolving,
  serveBuilds,
  storeBuild,
  withBuilders,
} from "../support/builder.ts";
import { store } from "../support/fleet.ts";
import { type Session, session } from "./support/session.ts";

const test = suite("cli/mcp build");

const building2 = [accepted, resolving, building(2), done(built("web1")), done(built("web2"))];

/** Of what is looked at here. */
interface Told {
  readonly state: string;
  readonly result: string;
  readonly counts: string;
  readonly commit?: string;
  readonly id: string;
  readonly next: string;
  readonly left_out: number;
  readonly target: string;
  readonly simulated?: boolean;
  readonly hosts: readonly { readonly host: string; readonly outcome: string; readonly log_tail?: readonly string[] }[];
}

const call = async (s: Session, args: object, changes: Partial<ToolContext> = {}): Promise<Told> =>
  rightOf(await s.call(build, { repo: "nixos", ...args }, changes)) as unknown as Told;

const bodyOf = ({ log }: Session) => JSON.parse(log.records[0]?.body ?? "{}");

test("all hosts are built, with progress for each, and who asked stands in the request", async () => {
  const s = session();
  await serveBuilds(s.log, () => [...building2, ended(built("web1"), built("web2"))]);
  const told = await call(s, { all: true, reason: "flake update" });
  assert.equal(
    [told.state, told.result, told.counts, told.commit],
    ["ended", "completed", "2 built of 2", commit("3")],
  );
  assert.is(s.log.records[0]?.subject, "hd.req.claude.build.nixos.all");
  const { revision, reason, client, tool, hosts } = bodyOf(s);
  assert.equal(
    [revision, reason, client, tool, hosts],
    ["main", "flake update", "claude-code 2.1.76", "build", undefined],
  );
  assert.equal(
    s.told.map((one) => one.split(":")[0]),
    ["nixos/all accepted", "nixos/all resolve", "nixos/all build", "web1 built", "web2 built", "nixos/all completed"],
  );
  assert.equal(s.asked, []);
});

test("the original's arguments are taken, and failures come first", async () => {
  const s = session();
  await serveBuilds(s.log, () => [accepted, building(2), ended(built("a1"), notBuilt("b1"))]);
  const told = await call(s, { hosts: ["a1", "b1"], branch: "broken" });
  assert.equal([told.state, told.result, told.counts], ["ended", "failed", "1 failed and 1 built of 2"]);
  assert.equal(
    told.hosts.map(({ host }) => host),
    ["b1", "a1"],
  );
  assert.equal([bodyOf(s).revision, bodyOf(s).hosts], ["broken", ["a1", "b1"]]);
  await call(s, { target: "web1" });
  await call(s, { host: "web1" });
  assert.equal(s.log.records.filter(({ subject }) => subject.endsWith("nixos.web1")).length, 2);
});

const wide = (length: number): string => "配".repeat(length);

const sizeOf = (told: Told): number => {
  const text = build.text(told as never);
  assert.ok(Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(told)) <= 24_000);
  return Buffer.byteLength(text);
};

test("long output of a host keeps no host out of the answer, and is told as far as there is room", async () => {
  for (const [letter, lines] of [
    ["y", 10],
    ['"', 10],
    ["配", 10],
    ["\u{1f4a5}", 5],
  ] as const) {
    const s = session();
    const tail = { log_tail: Array.from({ length: 10 }, () => letter.repeat(1_000)) as never };
    const others = Array.from({ length: 10 }, (_, n) => built(`ok${n}`));
    const all = [notBuilt("web1"), ...others];
    await serveBuilds(s.log, () => [accepted, building(11), done(notBuilt("web1"), tail), ended(...all)]);
    const told = await call(s, { all: true });
    assert.equal([told.hosts.length, told.left_out, told.hosts[0]?.host], [11, 0, "web1"]);
    const shown = told.hosts[0]?.log_tail ?? [];
    assert.ok(shown.length >= lines / 2 && shown.every((line) => [...line].length === 200), `${shown.length}`);
    sizeOf(told);
  }
});

test("of many hosts with long output as many as fit are told, and the rest is counted", async () => {
  const s = session();
  const all = Array.from({ length: 200 }, (_, n) => notBuilt(`h${n}`, { message: wide(300) }));
  const tail = { log_tail: Array.from({ length: 20 }, () => wide(2_000)) as never };
  const last = { ...ended(...all), message: wide(2_000) };
  await serveBuilds(s.log, () => [accepted, building(200), ...all.map((host) => done(host, tail)), last]);
  const told = await call(s, { all: true });
  assert.is(told.counts, "200 failed of 200");
  assert.ok(told.hosts.length > 2 && told.hosts.length + told.left_out === 200);
  assert.ok(told.hosts[0]?.log_tail !== undefined);
  sizeOf(told);
});

test("what a stand-in built is said to be that", async () => {
  const s = session();
  await serveBuilds(s.log, () => [
    { ...accepted, simulated: true },
    { ...ended(built("web1")), simulated: true },
  ]);
  const told = await call(s, { target: "web1" });
  assert.is(told.simulated, true);
  assert.match(told.next, "nothing really built");
  assert.match(build.text(told as never), "simulated: a stand-in took the place of Nix");
  const waited = rightOf(await s.call(deploymentWait, { id: told.id, seconds: 1 }));
  assert.match(waited.deployments[0]?.counts ?? "", "simulated, completed");
});

test("hosts are named in exactly one way", async () => {
  const s = session();
  const wrong = [
    ...[{}, { hosts: [] }, { all: false }, { all: true, target: "web1" }, { host: "web1", target: "web2" }],
    ...[{ all: true }, { target: "all" }, { target: "web1" }, { host: "web1" }].map((one) => ({
      ...one,
      hosts: ["web1"],
    })),
  ];
  for (const args of [...wrong, { all: true, revision: "a", branch: "b" }]) {
    const { code, message } = failureOf(await s.call(build, { repo: "nixos", ...args }));
    assert.is(code, "invalid_request");
    assert.match(message, "Nothing was sent: ");
  }
  assert.equal(s.log.records, []);
});

test("the answer names what was asked for", async () => {
  const s = session();
  await serveBuilds(s.log, (target, { hosts = [target === "all" ? "web1" : target] }) => [
    accepted,
    ended(...hosts.map((host) => built(host))),
  ]);
  for (const [args, target] of [
    [{ hosts: ["web1"] }, "nixos/web1"],
    [{ host: "web1", target: "web1" }, "nixos/web1"],
    [{ hosts: ["web1", "web2"] }, "nixos (web1 and web2)"],
    [{ hosts: Array.from({ length: 200 }, (_, n) => `a-host-with-a-long-name-${n}`) }, undefined],
    [{ all: true, target: "all" }, "nixos/all"],
  ] as const) {
    const told = await call(s, args);
    if (target === undefined) assert.match(told.target, "a-host-with-a-long-name-4 and 195 more)");
    else assert.is(told.target, target);
    const waited = rightOf(await s.call(deploymentWait, { id: told.id, seconds: 0 }));
    assert.is(waited.deployments[0]?.target, told.target);
  }
  const [first] = s.log.records;
  assert.equal([first?.subject, bodyOf(s).hosts], ["hd.req.claude.build.nixos.web1", undefined]);
});

test("a repository that no builder knows is refused in the builder's words", async () => {
  const s = session();
  const words = "forge builds nothing from a repository called nixs; it knows nixos.";
  await serveBuilds(s.log, () => [refusedBuild("invalid_request", words)]);
  const { code, message } = failureOf(await s.call(build, { repo: "nixs", all: true }));
  assert.equal([code, message], ["invalid_request", words]);
});

test("what goes on is answered in time, and deployment_wait watches on", async () => {
  const s = session();
  await serveBuilds(s.log, () => building2);
  const told = await call(s, { all: true, seconds: 0 });
  assert.ok(["waiting", "running"].includes(told.state));
  assert.match(told.next, `deployment_wait {"id":"${told.id}"}`);
  const waited = rightOf(await s.call(deploymentWait, { id: told.id, seconds: 1 }));
  assert.equal([waited.state, waited.deployments[0]?.target], ["running", "nixos/all"]);
  assert.equal(
    waited.deployments[0]?.hosts.map(({ host, result }) => `${host} ${result}`),
    ["web1 built", "web2 built"],
  );
});

test("where no builder is there, the call does not wait for one", async () => {
  const s = session();
  const told = await call(s, { target: "web1", seconds: 45 });
  assert.equal([told.state, told.result], ["waiting", "unreachable"]);
  assert.match(told.next, "No builder takes it now: the request waits in the log for 1h (until 13:00:00Z)");
});

/** Sent by somebody else. */
const sent = async ({ log }: Session, body: object): Promise<number> =>
  (await store(log, "hd.req.alice.build.nixos.web1", { id: "build-1", revision: "main", ...body })).seq;

test("how long a request waits is what the request says", async () => {
  const look = async (s: Session): Promise<string> =>
    rightOf(await s.call(deploymentWait, { id: "build-1", seconds: 0 })).next;
  const s = session();
  await sent(s, { expires_at: "2026-01-31T12:10:00.000Z" });
  assert.match(await look(s), "waits in the log for 10m (until 12:10:00Z)");
  s.pass(11 * 60_000);
  assert.match(await look(s), "the request has expired, so a builder that reads it rejects it. Tell the person");
  const endless = session();
  await sent(endless, {});
  assert.match(await look(endless), "waits in the log until a builder takes it");
});

test("that it goes on is said only where a builder is there", async () => {
  for (const [place, says] of [
    [{ present: true, pending: 1 }, "It goes on by itself."],
    [{ present: false, pending: 1 }, "Its builder does not seem to be there: it goes on once one is."],
  ] as const) {
    const s = session();
    const seq = await sent(s, {});
    await storeBuild(
      s.log,
      buildEvent(accepted, seq, { id: fit(RequestId, "build-1"), target: fit(BuildTarget, "web1") }),
    );
    const identity = { requester: requester("claude"), bus: withBuilders(place)(s.log.bus()) };
    const told = rightOf(await s.call(deploymentWait, { id: "build-1", seconds: 0 }, { identity }));
    assert.match(told.next, says);
  }
});

test("a builder that is there and has not taken it yet is waited for", async () => {
  const s = session();
  const identity = { requester: requester("claude"), bus: withBuilders(free)(s.log.bus()) };
  const told = await call(s, { target: "web1", seconds: 0 }, { identity });
  assert.match(told.next, "No builder has taken it yet: the request waits in the log for 1h");
});

test("where there can be no builder, nothing is sent", async () => {
  const s = session();
  const identity = { requester: requester("claude"), bus: withBuilders(undefined)(s.log.bus()) };
  const { code, message } = failureOf(await s.call(build, { repo: "nixos", all: true }, { identity }));
  assert.is(code, "unreachable");
  assert.match(message, "Nothing was sent: the log keeps no place for builders");
  assert.equal(s.log.records, []);
});

test("builds count against the budget", async () => {
  const s = session({ perHour: 1 });
  await serveBuilds(s.log, () => [accepted, ended(built("web1"))]);
  await call(s, { target: "web1" });
  assert.is(failureOf(await s.call(build, { repo: "nixos", target: "web1" })).code, "busy");
});

test("tools for deployments say that an id is a build's", async () => {
  const s = session();
  await serveBuilds(s.log, () => [accepted, ended(built("web1"))]);
  const { id } = await call(s, { target: "web1" });
  for (const tool of [deploymentGet, deploymentCancel]) {
    const failed = failureOf(await s.call(tool, { id }));
    assert.match(failed.message, `Request ${id} is the build of nixos/web1 and no deployment.`);
  }
  assert.ok(isRight(await s.call(deploymentWait, { id })));
});

test.run();
