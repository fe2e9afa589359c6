/** The tool that builds: what it sends, and what it answers of builders that build, refuse, are away, or are not meant to be. */
import { isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ToolContext } from "../../../cli/mcp/tool.ts";
import { build } from "../../../cli/mcp/tools/build.ts";
import { deploymentCancel } from "../../../cli/mcp/tools/deployment-cancel.ts";
import { deploymentGet } from "../../../cli/mcp/tools/deployment-get.ts";
import { deploymentWait } from "../../../cli/mcp/tools/deployment-wait.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { commit, requester } from "../../support/fixtures.ts";
import {
  accepted,
  building,
  built,
  done,
  ended,
  notBuilt,
  refusedBuild,
  resolving,
  serveBuilds,
  withBuilders,
} from "../support/builder.ts";
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
  readonly hosts: readonly { readonly host: string; readonly outcome: string }[];
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

test("of many hosts with long output as many as fit are told, and the rest is counted", async () => {
  const s = session();
  const all = Array.from({ length: 200 }, (_, n) => notBuilt(`h${n}`, { message: "x".repeat(300) }));
  const tail = { log_tail: Array.from({ length: 20 }, () => "y".repeat(2_000)) as never };
  await serveBuilds(s.log, () => [accepted, building(200), ...all.map((host) => done(host, tail)), ended(...all)]);
  const told = await call(s, { all: true });
  assert.is(told.counts, "200 failed of 200");
  assert.ok(told.hosts.length > 1 && told.hosts.length + told.left_out === 200);
  assert.ok(JSON.stringify(told).length < 12_000);
});

test("hosts are named in exactly one way", async () => {
  const s = session();
  const wrong = [{}, { hosts: [] }, { all: true, target: "web1" }, { host: "web1", target: "web2" }];
  for (const args of [...wrong, { all: true, revision: "a", branch: "b" }]) {
    const { code, message } = failureOf(await s.call(build, { repo: "nixos", ...args }));
    assert.is(code, "invalid_request");
    assert.match(message, "Nothing was sent: ");
  }
  assert.equal(s.log.records, []);
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
  assert.match(told.next, "No builder takes it now; it waits in the log for an hour.");
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
