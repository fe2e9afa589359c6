/** The good ways: every kind of target and every action on a whole fleet, and what happened as the commands read it back. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { startFleet } from "../support/fleet.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: deploy");
const fleet = await startFleet(test);
await fleet.listen("web1", "web2", "lab1");

interface Document {
  readonly requests: readonly {
    readonly id: string;
    readonly target: string;
    readonly end: string;
    readonly hosts: readonly { readonly host: string; readonly result: string; readonly last: DeployEvent }[];
  }[];
}

/** `hd deploy … -o json` that has to end well. */
const deploy = async (...words: readonly string[]): Promise<Document["requests"]> => {
  const { code, out, err } = await fleet.hd("deploy", ...words, "-o", "json");
  assert.is(code, 0, `${out}${err}`);
  const { requests }: Document = JSON.parse(out);
  return requests;
};

const hostsOf = (requests: Document["requests"]): readonly string[] =>
  requests.flatMap(({ target, hosts }) => hosts.map(({ host, result }) => `${target} ${host} ${result}`)).sort();

const read = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await fleet.hd(...words);
  assert.is(code, 0, err);
  return out;
};

interface Row {
  readonly id: string;
  readonly host: string;
  readonly status: string;
  readonly action: string;
  readonly requester: string;
  readonly reason: string | null;
}

const history = async (...words: readonly string[]): Promise<readonly Row[]> => {
  const { deployments }: { deployments: readonly Row[] } = JSON.parse(await read("history", "-o", "json", ...words));
  return deployments;
};

test("one host", async () => {
  assert.equal(hostsOf(await deploy("test/lab1", "-r", "v1")), ["test/lab1 lab1 completed"]);
  await theLogIsTrue(fleet);
});

test("all hosts of a tier, and no other", async () => {
  assert.equal(hostsOf(await deploy("prod/all", "-r", "v1")), ["prod/all web1 completed", "prod/all web2 completed"]);
  assert.is(fleet.runs("lab1").length, 1);
  await theLogIsTrue(fleet);
});

test("the hosts of a tier with a role, and no other", async () => {
  assert.equal(hostsOf(await deploy("prod/role/dns", "-r", "main")), ["prod/role/dns web2 completed"]);
  assert.is(fleet.runs("web1").length, 1);
  await theLogIsTrue(fleet);
});

test("several targets, each a request of its own", async () => {
  const requests = await deploy("prod/web1", "test/all", "deploy.prod.web2", "--reason", "all of it");
  assert.equal(hostsOf(requests), ["prod/web1 web1 completed", "prod/web2 web2 completed", "test/all lab1 completed"]);
  assert.is(new Set(requests.map(({ id }) => id)).size, 3);
  await theLogIsTrue(fleet);
});

for (const action of ["switch", "boot", "test", "dry-activate"]) {
  test(`${action} does what it says, and no more`, async () => {
    const [request] = await deploy("test/lab1", "-r", "v1", "--action", action);
    assert.is(request?.hosts[0]?.last.action, action);
    assert.equal(fleet.runs("lab1").at(-1)?.slice(0, 2), [request?.id, action]);
    await theLogIsTrue(fleet);
  });
}

test("a revision that does not build leaves the host as it is, and says why", async () => {
  const before = fleet.runs("lab1").length;
  const { code, out } = await fleet.hd("deploy", "test/lab1", "-r", "broken");
  assert.is(code, 1);
  assert.match(out, "build_failed");
  assert.match(out, "a port is at most 65535");
  assert.is(fleet.runs("lab1").length, before);
  await theLogIsTrue(fleet);
});

test("a revision that does not exist is found out before anything is built", async () => {
  const { code, out } = await fleet.hd("deploy", "test/lab1", "-r", "mian");
  assert.is(code, 1);
  assert.match(out, "revision_not_found");
  await theLogIsTrue(fleet);
});

test("the history tells it all, newest first, and each filter narrows it", async () => {
  const rows = await history("-n", "100");
  assert.equal(rows.map(({ host, status, action }) => `${host} ${status} ${action}`).slice(0, 6), [
    "lab1 failed switch",
    "lab1 failed switch",
    "lab1 completed dry-activate",
    "lab1 completed test",
    "lab1 completed boot",
    "lab1 completed switch",
  ]);
  assert.is(rows.length, 13);
  assert.ok(rows.every(({ requester }) => requester === "alice"));
  assert.is((await history("--host", "web2")).length, 3);
  assert.is((await history("--status", "failed")).length, 2);
  assert.is((await history("--action", "boot")).length, 1);
  assert.is((await history("--requester", "bob")).length, 0);
  assert.ok((await history("--host", "web1")).some(({ reason }) => reason === "all of it"));
  await theLogIsTrue(fleet);
});

test("show tells one request with all its responses, and the tail of a failed one", async () => {
  const [, failed] = await history("--status", "failed");
  const { request, responses }: { request: { id: string }; responses: readonly DeployEvent[] } = JSON.parse(
    await read("show", failed?.id ?? "", "-o", "json"),
  );
  assert.is(request.id, failed?.id);
  assert.equal(
    responses.map(({ status, phase }) => `${status} ${phase ?? "-"}`),
    ["accepted -", "started resolve", "started build", "failed build"],
  );
  assert.match(responses.at(-1)?.log_tail?.join("\n") ?? "", "a port is at most 65535");
  assert.match(await read("show", failed?.id ?? ""), "a port is at most 65535");
  await theLogIsTrue(fleet);
});

test("hosts says who is there and what runs where", async () => {
  const out = await read("hosts");
  for (const host of ["web1", "web2", "lab1"]) assert.match(out, new RegExp(`${host} .*present .*alice .*idle`));
  await theLogIsTrue(fleet);
});

test.run();
