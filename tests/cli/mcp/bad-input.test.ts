/** What a model gets wrong is answered so that it can do better: by code, reason, hint and what would have been right. */

import fc from "fast-check";
import { right } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allTools } from "../../../cli/mcp/all-tools.ts";
import { tool } from "../../../cli/mcp/tool.ts";
import { toggle } from "../../../lib/contract/codec.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { required, struct } from "../../../lib/contract/struct.ts";
import { connected, refusalOf, sessionOn } from "./support/client.ts";
import { fleetLog } from "./support/fleet.ts";

const test = suite("cli/mcp/bad-input");

const log = await fleetLog();
const { client, call, close } = await connected(sessionOn(log));
test.after(close);

const cases: readonly (readonly [what: string, name: string, args: Record<string, unknown>, says: RegExp])[] = [
  ["a misspelt argument", "hosts_list", { teir: "prod" }, /teir: is not a field; known are tier/],
  ["a wrong type", "hosts_list", { limit: "ten" }, /limit: must be a whole number from 1 to 200/],
  ["a number that is too large", "deployments_list", { limit: 101 }, /limit: must be a whole number from 1 to 100/],
  ["a missing argument", "deployment_get", {}, /id: is missing; must be an id/],
  ["a list for a word", "host_get", { host: ["web1"] }, /host: must be text/],
  ["control characters", "host_get", { host: "web1\u0000" }, /host: must be text/],
  ["an oversized word", "host_get", { host: "x".repeat(100_000) }, /host: must be text of at most 200/],
  ["a wildcard", "hosts_list", { tier: "*" }, /tier: must be a tier/],
  ["a confirmation", "fleet_status", { confirm: "yes" }, /confirm: is not a field/],
  ["two tiers", "deployments_list", { host: "prod/web1", tier: "test" }, /name two tiers/],
  [
    "a filter that a summary has not",
    "deployments_list",
    { summary: true, id: "x" },
    /summary goes with .*not with id/,
  ],
  ["an offset without a summary", "deployments_list", { offset: 5 }, /offset goes with summary/],
  ["no time", "deployments_list", { since: "2026-02-31" }, /since must be a moment/],
  ["times the wrong way round", "deployments_list", { since: "1h", until: "2h" }, /since is not before until/],
];

for (const [what, name, args, says] of cases) {
  test(`${what} is refused`, async () => {
    const { code, message } = refusalOf(await call(name, args));
    assert.is(code, "invalid_request");
    assert.match(message, says);
    assert.ok(message.length < 600, "and not repeated at length");
  });
}

test("names that nothing has are refused with the nearest", async () => {
  const nearest = async (name: string, args: Record<string, unknown>) => refusalOf(await call(name, args)).known?.[0];
  assert.is(await nearest("host_get", { host: "wbe1" }), "web1");
  assert.is(await nearest("host_get", { host: "prod/web3" }), "prod/web1");
  assert.is(await nearest("fleet_status", { hosts: ["web1", "lab2"] }), "lab1");
  assert.is(await nearest("fleet_status", { tier: "prd" }), "prod");
  assert.is(await nearest("hosts_list", { role: "wbe" }), "web");
  assert.is(await nearest("deployments_list", { host: "web11" }), "web1");
  assert.is(await nearest("deployment_get", { id: "req-bat" }), "req-open");
  assert.is(await nearest("deployment_get", { id: "req-bad", host: "web1" }), "web2");
  assert.is(await nearest("alerts_list", { rule: "faild" }), "failed");
  assert.equal(refusalOf(await call("host_get", { host: "prod" })).known, ["prod/web1", "prod/web2"]);
});

test("a tool that there is none of is a protocol error with the nearest", async () => {
  const error = await call("host_list").catch((thrown: Error) => thrown);
  assert.match(String(error), /-32602.*There is no tool host_list\. Did you mean hosts_list/);
});

test("whatever the arguments are, there is an answer, and the log stays as it is", async () => {
  const records = log.records.length;
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.object(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...allTools.map(({ name }) => name)),
      fc.dictionary(
        fc.oneof(fc.constantFrom("host", "id", "limit", "tier", "at", "since", "offset"), fc.string()),
        value,
      ),
      async (name, args) => {
        const { content } = await client.callTool({ name, arguments: args });
        assert.ok(Array.isArray(content) && content.length > 0);
      },
    ),
    { numRuns: 200 },
  );
  assert.is(log.records.length, records);
});

const fine = {
  name: "broken",
  title: "Broken",
  description: "It throws.",
  need: "read" as const,
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("nothing", {}),
  output: struct("nothing", { ok: required(toggle("Ok"), "never") }),
  run: () => () => Promise.reject(new Error("a defect")),
  text: () => "",
} as const;
const broken = tool(fine);

test("a defect is an answer, and so is a log that is not there", async () => {
  const one = await connected(sessionOn(log, { tools: [broken] }));
  assert.match(refusalOf(await one.call("broken")).message, "please report this. Error: a defect");
  const away = await connected(sessionOn(log, { identity: left(failure("unreachable", "Nobody is there.")) }));
  assert.equal(refusalOf(await away.call("hosts_list")), { code: "unreachable", message: "Nobody is there." });
  await Promise.all([one.close(), away.close()]);
});

test("an answer that is too large says how to ask for less", async () => {
  const large = tool({
    ...broken,
    name: "large",
    run: () => async () => right({ ok: true }),
    text: () => "x".repeat(28_000),
  });
  const one = await connected(sessionOn(log, { tools: [large] }));
  assert.match(refusalOf(await one.call("large")).hint ?? "", "smaller limit");
  await one.close();
});

test.run();
