/**
 * An assistant that has to ask: what its key may not do is stored as a wish, a person approves it in their own name, hosts do
 * what they are told by that alone, and the log says who. On a real server with real permissions.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress } from "../../lib/contract/address.ts";
import { rightOf } from "../support/either.ts";
import { hostName, tier } from "../support/fixtures.ts";
import { startFleet } from "../support/fleet.ts";
import { git } from "../support/git.ts";
import { runInProcess } from "./support/in-process.ts";
import { type McpClient, mcpClient, type Person } from "./support/mcp-client.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: approval");
const fleet = await startFleet(test);
await fleet.listen("web1", "web2", "lab1");

const clients: McpClient[] = [];
test.after(async () => void (await Promise.all(clients.map((client) => client.close()))));

/** As bob, whose key is for the test tier only. */
const assistant = async (words: readonly string[] = [], person?: Person): Promise<McpClient> => {
  const client = await mcpClient(fleet.program, ["--flake-url", fleet.flake.url, ...words], fleet.env("bob"), person);
  clients.push(client);
  return client;
};

const main = () => git(fleet.flake.workTree, ["rev-parse", "main"]);

const sentRecords = async () => rightOf(await fleet.log.range(1, "hd.req.>", 1_000)());

const isDenied = (publish: () => Promise<unknown>): Promise<boolean> =>
  publish().then(
    () => false,
    (thrown: Error) => /permission/i.test(`${thrown.message} ${String(thrown.cause)}`),
  );

const idOf = ({ outcome }: Awaited<ReturnType<McpClient["call"]>>): string => outcome?.deployments[0]?.id ?? "";

test("what bob's assistant wishes for in prod happens when alice approves it, and the log says who", async () => {
  const client = await assistant();
  assert.not((await client.tools()).includes("deploy_admin"));
  const wished = await client.call("deploy", { targets: ["prod/all"], reason: "certs expire" });
  assert.is(wished.outcome?.state, "awaiting_approval", wished.text);
  const id = idOf(wished);
  assert.equal(fleet.runs("web1"), []);

  const list = await fleet.hd("approve", "--list");
  assert.match(list.out, `${id}  prod/all`);
  const approved = await fleet.hd("approve", id, "--yes");
  assert.is(approved.code, 0, approved.err);
  assert.match(approved.err, `revision    ${main()}, which was main as bob says`);

  const done = await client.call("deployment_wait", { id });
  assert.equal([done.outcome?.state, done.outcome?.deployments[0]?.counts], ["ended", "2 completed"]);
  const shown = await fleet.hd("show", id);
  assert.match(shown.out, "requester   alice for bob in claude-code 2.1.76 (deploy)");
  const twice = await fleet.hd("approve", id, "--yes");
  assert.is(twice.code, 1);
  assert.match(twice.err, "has come true: approved by alice");
  assert.is(fleet.runs("web1").length, 1);
  await theLogIsTrue(fleet);
});

const nothingSent = async (work: () => Promise<unknown>): Promise<void> => {
  const before = (await sentRecords()).length;
  await work();
  assert.is((await sentRecords()).length, before);
};

test("no host is handed a wish, and the key that wished can neither approve it nor wish in another's name", async () => {
  const client = await assistant();
  const wished = await client.call("deploy", { targets: ["prod/web1"], action: "boot" });
  const id = idOf(wished);
  const places = rightOf(await fleet.roster.enrolled()());
  assert.equal(
    places.map(({ pending }) => pending),
    places.map(() => 0),
  );
  await nothingSent(async () => {
    const own = await runInProcess(["approve", id, "--yes"], fleet.env("bob"));
    assert.is(own.code, 4, own.err);
    const bob = await fleet.client("bob");
    for (const subject of ["hd.ask.alice.prod.web1", "hd.req.bob.prod.web1", "hd.req.alice.prod.web1"])
      assert.ok(await isDenied(() => jetstream(bob).publish(subject, "{}")), subject);
  });
  assert.is((await fleet.hd("deny", id, "--reason", "not by boot")).code, 0);
  const asked = await client.call("deployment_wait", { id, seconds: 1 });
  assert.is(asked.outcome?.state, "denied");
  const again = await client.call("deploy", { targets: ["prod/web1"], action: "boot" });
  assert.ok(again.isError);
  assert.match(again.text, "denied or taken back within the last hour");
  await theLogIsTrue(fleet);
});

test("a model cannot confirm for a person", async () => {
  const client = await assistant();
  await nothingSent(async () => {
    for (const field of ["confirm", "confirmed", "approved_by", "on_behalf_of"]) {
      const refused = await client.call("deploy", { targets: ["prod/web1"], [field]: true });
      assert.ok(refused.isError);
      assert.match(refused.text, "invalid_request");
    }
  });
  await theLogIsTrue(fleet);
});

const admin = (person: Person) =>
  assistant(
    ["--enable-admin", "--admin-nkey-file", fleet.world.keys.get("alice") ?? "", "--admin-as", "alice"],
    person,
  );

test("the person at the client is shown hosts and commit; who declines or types something else has declined", async () => {
  const asked: string[] = [];
  const does =
    (how: "accept" | "decline" | "mistype"): Person =>
    (message, phrase) => {
      asked.push(`${message} | ${phrase}`);
      return how;
    };
  for (const how of ["decline", "mistype"] as const) {
    const action = how === "decline" ? "test" : "boot";
    const client = await admin(does(how));
    await nothingSent(async () => {
      const first = await client.call("deploy_admin", { targets: ["prod/web2"], action });
      assert.match(first.text, "the person declined to deploy in prod");
      const second = await client.call("deploy_admin", { targets: ["prod/web2"], action });
      assert.match(second.text, "denied or taken back");
    });
  }
  assert.is(asked.length, 2);
  assert.match(asked[0] ?? "", `deploy as alice:\ntest main, which is ${main()}\n  on prod/web2: web2 | deploy 1 prod`);

  const client = await admin(does("accept"));
  const done = await client.call("deploy_admin", { targets: ["prod/web2"], reason: "certs" });
  assert.is(done.outcome?.state, "ended", done.text);
  const record = (await sentRecords()).at(-1);
  const { revision, confirmed, tool, client: program } = JSON.parse(record?.body ?? "");
  assert.equal(
    [record?.subject, revision, confirmed, tool, program],
    ["hd.req.alice.prod.web2", main(), "elicitation", "deploy_admin", "claude-code 2.1.76"],
  );
  await theLogIsTrue(fleet);
});

test("approved twice at once it is one request, and what has moved since is refused", async () => {
  const client = await assistant();
  const id = idOf(await client.call("deploy", { targets: ["prod/web1"], action: "test" }));
  const both = await Promise.all([fleet.hd("approve", id, "--yes"), fleet.hd("approve", id, "--yes")]);
  assert.ok(both.some(({ code }) => code === 0));
  assert.is((await sentRecords()).filter(({ body }) => body.includes(id)).length, 1);

  const other = idOf(await client.call("deploy", { targets: ["prod/all"], action: "test" }));
  writeFileSync(join(fleet.flake.workTree, "README"), "moved");
  git(fleet.flake.workTree, ["add", "README"]);
  git(fleet.flake.workTree, ["commit", "--quiet", "--message=Move main"]);
  git(fleet.flake.workTree, ["push", "--quiet", "origin", "main"]);
  await nothingSent(async () => {
    const moved = await fleet.hd("approve", other, "--yes", "--flake-url", fleet.flake.url);
    assert.match(moved.err, /was for main at [0-9a-f]{40}, and it is at [0-9a-f]{40} now/);
    await fleet.world.apply({ hosts: [[hostName("web9"), [allAddress(tier("prod"))]]] });
    const come = await fleet.hd("approve", other, "--yes");
    assert.match(come.err, "web9 came to it");
  });
  await theLogIsTrue(fleet);
});

test.run();
