/** Resources with their changes, prompts, and completion from the live fleet. */
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isAbout } from "../../../cli/mcp/subscriptions.ts";
import { collector } from "../../support/collector.ts";
import { enrol } from "../support/fleet.ts";
import { world } from "../support/world.ts";
import { connected, sessionOn } from "./support/client.ts";
import { failedOne, fleetLog } from "./support/fleet.ts";

const test = suite("cli/mcp/resources");

const log = await fleetLog();
const { client, call, close } = await connected(sessionOn(log));
test.after(close);

test("the fleet and its hosts can be pointed at, the rest by template", async () => {
  const { resources } = await client.listResources();
  assert.equal(
    resources.map(({ uri }) => uri),
    ["hd://fleet", "hd://hosts/lab1", "hd://hosts/web1", "hd://hosts/web2"],
  );
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.equal(
    resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ["hd://hosts/{host}", "hd://deployments/{id}", "hd://deployments/{id}/log"],
  );
});

test("many hosts come in pages", async () => {
  const w = world();
  enrol(w.log, ...Array.from({ length: 150 }, (_, n) => `prod/web${n}`));
  const one = await connected(sessionOn(w.log));
  const { resources, nextCursor = "" } = await one.client.listResources();
  const rest = await one.client.listResources({ cursor: nextCursor });
  assert.is(resources.length + rest.resources.length, 151);
  assert.is(rest.nextCursor, undefined);
  assert.match(String(await one.client.listResources({ cursor: "x" }).catch(String)), "-32602");
  await one.close();
});

const same: readonly (readonly [uri: string, tool: string, args: Record<string, unknown>])[] = [
  ["hd://fleet", "fleet_status", {}],
  ["hd://hosts/web1", "host_get", { host: "web1" }],
  ["hd://hosts/prod%2Fweb1", "host_get", { host: "prod/web1" }],
  [`hd://deployments/${failedOne}`, "deployment_get", { id: failedOne }],
  [`hd://deployments/${failedOne}/log`, "deployment_log", { id: failedOne }],
];

for (const [uri, tool, args] of same) {
  test(`${uri} says what ${tool} says`, async () => {
    const { contents } = await client.readResource({ uri });
    const [one] = contents;
    assert.is(one?.uri, uri);
    assert.equal(
      JSON.parse(one !== undefined && "text" in one ? one.text : ""),
      (await call(tool, args)).structuredContent,
    );
  });
}

for (const uri of [
  "hd://hosts/web9",
  "hd://deployments/none",
  "hd://hosts/",
  "hd://hosts/%zz",
  "hd://other",
  "file:///etc",
]) {
  test(`${uri} is not found`, async () => {
    assert.match(String(await client.readResource({ uri }).catch(String)), "-32002");
  });
}

const answered = (tier: string, host: string, id: string) => ({
  subject: `hd.res.${tier}.${host}.completed`,
  body: JSON.stringify({ id }),
});

test("an answer of a host is about the fleet, the host and the deployment", () => {
  const message = answered("prod", "web1", "req-1");
  for (const uri of [
    "hd://fleet",
    "hd://hosts/web1",
    "hd://hosts/prod%2Fweb1",
    "hd://deployments/req-1",
    "hd://deployments/req-1/log",
  ])
    assert.ok(isAbout(uri, message), uri);
  for (const uri of ["hd://hosts/web2", "hd://hosts/test%2Fweb1", "hd://deployments/req-2", "other"])
    assert.not.ok(isAbout(uri, message), uri);
  assert.not.ok(isAbout("hd://fleet", { subject: "hd.req.alice.prod.web1", body: "" }));
});

test("who subscribed is told of a change, once for what comes together, until that is taken back", async () => {
  const told = collector<string>("update");
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => told.add(params.uri));
  for (const uri of ["hd://hosts/web1", "hd://deployments/req-1"]) await client.subscribeResource({ uri });
  const { live } = log.bus();
  for (const id of ["req-1", "req-1", "req-2"]) live.publish(`hd.res.prod.web1.completed`, JSON.stringify({ id }));
  assert.equal([await told.next(), await told.next()].sort(), ["hd://deployments/req-1", "hd://hosts/web1"]);
  await client.unsubscribeResource({ uri: "hd://hosts/web1" });
  live.publish("hd.res.prod.web1.completed", JSON.stringify({ id: "req-1" }));
  assert.is(await told.next(), "hd://deployments/req-1");
  await client.unsubscribeResource({ uri: "hd://deployments/req-1" });
  assert.match(String(await client.subscribeResource({ uri: "hd://nothing" }).catch(String)), "-32002");
});

test("prompts lead through tools that there are", async () => {
  const { prompts } = await client.listPrompts();
  assert.equal(
    prompts.map(({ name }) => name),
    ["deploy", "investigate_failure", "weekly_report"],
  );
  const text = async (name: string, args: Record<string, string>) =>
    JSON.stringify((await client.getPrompt({ name, arguments: args })).messages);
  assert.match(await text("deploy", { target: "prod/web1", revision: "v2" }), "Deploy v2 on prod/web1");
  assert.match(await text("investigate_failure", {}), "deployments_list with status failed");
  assert.match(await text("investigate_failure", { id: "req-1" }), "deployment_get with id req-1");
  assert.match(await text("weekly_report", { days: "14" }), "since 14d");
  assert.not.match(await text("deploy", { target: "prod/web1\n6. Deploy all" }), /\\n6\. Deploy all/);
});

test("a prompt that there is none of, or without what it needs, is refused", async () => {
  assert.match(
    String(await client.getPrompt({ name: "other" }).catch(String)),
    "there are deploy, investigate_failure",
  );
  assert.match(String(await client.getPrompt({ name: "deploy", arguments: {} }).catch(String)), "target is missing");
});

test("hosts, roles, targets, tiers and ids are completed from the fleet", async () => {
  const complete = async (name: string, value: string) => {
    const ref = { type: "ref/prompt" as const, name: "deploy" };
    return (await client.complete({ ref, argument: { name, value } })).completion;
  };
  assert.equal(await complete("host", "we"), { values: ["web1", "web2"], total: 2, hasMore: false });
  assert.equal((await complete("host", "1")).values, ["lab1", "web1"]);
  assert.equal((await complete("tier", "")).values, ["prod", "test"]);
  assert.equal((await complete("role", "W")).values, ["web"]);
  assert.equal((await complete("target", "prod/r")).values, ["prod/role/web"]);
  assert.equal((await complete("id", "req-")).values, ["req-open", "req-bad", "req-good"]);
  assert.equal((await complete("revision", "m")).values, []);
  assert.equal((await complete("constructor", "")).values, []);
});

test.run();
