/**
 * Every tool as a client sees it: its listing and one answer are compared with files that were read by a person. They are
 * written anew with UPDATE_SNAPSHOTS=1; read the diff, it is what a model will read. Answers are checked against their schemas.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allTools } from "../../../cli/mcp/all-tools.ts";
import { screen } from "../support/world.ts";
import { connected, refusalOf, sessionOn, textOf } from "./support/client.ts";
import { failedOne, fleetLog, wentWell } from "./support/fleet.ts";

const test = suite("cli/mcp/tools");

/** Arguments of the answer in the snapshot. */
const examples: Readonly<Record<string, Record<string, unknown>>> = {
  alerts_list: {},
  build: { repo: "nixos", all: true, revision: "update-flake" },
  deploy: { targets: ["prod/web1"], reason: "certs expire" },
  deploy_admin: { targets: ["prod/web1"] },
  deployment_cancel: { id: failedOne },
  deployment_get: { id: failedOne, host: "web2" },
  deployment_log: { id: failedOne },
  deployment_wait: { id: failedOne, seconds: 0 },
  deployments_list: { limit: 3 },
  deployments_replay: { id: wentWell, reason: "once more" },
  fleet_status: { tier: "prod" },
  host_get: { host: "prod/web1", deployments: 1 },
  hosts_list: {},
};

const pathOf = (name: string): string => join(import.meta.dirname, `snapshots/${name}.json`);
const updates = process.env["UPDATE_SNAPSHOTS"] === "1";

for (const [name, args] of Object.entries(examples)) {
  test(`${name} is listed and answers as it was reviewed`, async () => {
    const { client, call, close } = await connected(sessionOn(await fleetLog()));
    const listed = (await client.listTools()).tools.find((one) => one.name === name);
    const result = await call(name, args);
    const told = { listed, args, text: textOf(result).split("\n"), structured: result.structuredContent };
    const now = JSON.parse(screen(JSON.stringify(told)));
    if (updates) writeFileSync(pathOf(name), `${JSON.stringify(now, null, 2)}\n`);
    assert.ok(existsSync(pathOf(name)), "write it with UPDATE_SNAPSHOTS=1");
    assert.equal(now, JSON.parse(readFileSync(pathOf(name), "utf8")));
    await close();
  });
}

test("each has a name, a title, a description and all four annotations, in an order that stays", async () => {
  const { client, close } = await connected(sessionOn(await fleetLog()));
  const { tools } = await client.listTools();
  assert.ok(tools.length <= 14);
  const names = tools.map(({ name }) => name);
  assert.equal(names, [...names].sort());
  for (const { name, title = "", description = "", annotations = {}, inputSchema, outputSchema } of tools) {
    assert.match(name, /^[a-z0-9_]{1,40}$/);
    assert.ok(title !== "" && description.length > 40, name);
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
    for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint]) assert.type(hint, "boolean");
    for (const schema of [inputSchema, outputSchema]) assert.is(schema?.["additionalProperties"], false);
  }
  await close();
});

test("a tool that only reads says so, and no other", () => {
  for (const { need, hints } of allTools) assert.is(hints.readOnly && !hints.destructive, need === "read");
});

test("no tool has an argument by which a model could confirm", () => {
  for (const { input } of allTools)
    for (const name of Object.keys(input.fields)) assert.not.match(name, /confirm|approve|force|yes/);
});

test("the original's names can be called, and are not listed", async () => {
  const { client, call, close } = await connected(sessionOn(await fleetLog()));
  const { tools } = await client.listTools();
  assert.not.ok(tools.some(({ name }) => name === "list_hosts"));
  assert.equal((await call("list_hosts")).structuredContent, (await call("hosts_list")).structuredContent);
  await close();
});

test("what is there at a time that is past is told as of then, and a time before the log is refused", async () => {
  const { call, close } = await connected(sessionOn(await fleetLog()));
  const then = await call("fleet_status", { at: "2026-01-31 12:00:01", hosts: ["web1"] });
  assert.match(textOf(then), "prod/web1 | runs nothing yet");
  assert.match(refusalOf(await call("fleet_status", { at: "2026-01-01" })).message, "The log begins at");
  assert.match(refusalOf(await call("fleet_status", { at: "soon" })).message, "at must be a moment such as");
  assert.match(refusalOf(await call("fleet_status", { at: "2027-01-01" })).message, "is to come");
  await close();
});

test("the history is filtered and paged", async () => {
  const { call, close } = await connected(sessionOn(await fleetLog()));
  const statuses = async (args: Record<string, unknown>) => {
    const { structuredContent = {} } = await call("deployments_list", args);
    return (structuredContent["deployments"] as { readonly id: string }[]).map(({ id }) => id);
  };
  assert.equal(await statuses({ status: "failed" }), [failedOne]);
  assert.equal(await statuses({ requester: "alice", action: "test" }), ["req-open"]);
  assert.equal(await statuses({ host: "prod/web1" }), ["req-good"]);
  assert.equal(await statuses({ since: "2026-01-31 12:00:05", tier: "prod" }), []);
  const first = await call("deployments_list", { limit: 1 });
  const before = first.structuredContent?.["next_before"];
  assert.equal(await statuses({ limit: 1, before }), [failedOne]);
  await close();
});

test("the summary tells how each host did in all", async () => {
  const { call, close } = await connected(sessionOn(await fleetLog()));
  const { structuredContent = {} } = await call("deployments_list", { summary: true });
  const [web1, web2] = structuredContent["summary"] as Record<string, unknown>[];
  assert.equal([web1?.["host"], web1?.["completed"], web1?.["last_success_id"]], ["web1", 1, wentWell]);
  assert.equal([web2?.["host"], web2?.["failed"], web2?.["error"]], ["web2", 1, "build_failed"]);
  assert.equal([structuredContent["total"], structuredContent["deployments"]], [2, []]);
  assert.match(textOf(await call("deployments_list", { summary: true, host: "web2" })), /^prod\/web2 \| completed 0/);
  assert.is(refusalOf(await call("deployments_list", { summary: true, host: "wbe2" })).known?.[0], "web2");
  await close();
});

test("of a deployment that went well there is no output, and it is said where it is", async () => {
  const { call, close } = await connected(sessionOn(await fleetLog()));
  assert.match(textOf(await call("deployment_log", { id: "req-good" })), "output of jobs that failed only");
  await close();
});

test.run();
