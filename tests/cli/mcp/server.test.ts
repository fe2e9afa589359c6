/** The loop over tools: what is there for whom, and a call from its beginning to its end, however it ends. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Allowance } from "../../../cli/mcp/allowance.ts";
import { type Tool, type ToolContext, tool } from "../../../cli/mcp/tool.ts";
import { toggle } from "../../../lib/contract/codec.ts";
import type { Abilities } from "../../../lib/contract/may-do.ts";
import { required, struct } from "../../../lib/contract/struct.ts";
import { deferred, requester, tier } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";
import { type ClientOptions, connected, refusalOf, sessionOn, textOf } from "./support/client.ts";

const test = suite("cli/mcp/server");

const log = memoryLog();

const made = (need: Tool["need"], run: (context: ToolContext) => Promise<unknown> = async () => {}): Tool =>
  tool({
    name: `${need}_tool`,
    title: need,
    description: `A tool that needs ${need}.`,
    need,
    hints: { readOnly: need === "read", destructive: need !== "read", idempotent: true, openWorld: false },
    input: struct("nothing", {}),
    output: struct("nothing more", { ok: required(toggle("Ok"), "always") }),
    run: (_, context) => async () => {
      await run(context);
      return right({ ok: true });
    },
    text: () => "done",
  });

const all = [made("read"), made("deploy"), made("admin"), made("build")];
const plainAllowance: Allowance = { offers: { admin: true, builds: true }, may: undefined, scope: undefined };
const may = (changes: Partial<Abilities>): Abilities => ({
  ...{ asksIn: [], overridesIn: [], asksAs: [], wishes: false, readsLog: false, takesWorkOf: [], answersFor: [] },
  ...{
    answersAlerts: false,
    alerts: false,
    builds: false,
    asksBuilds: false,
    makesLog: false,
    keepsVault: false,
    hearsReplies: true,
  },
  ...changes,
});

const allowances: readonly (readonly [what: string, changes: Partial<Allowance>, names: readonly string[]])[] = [
  ["without limits all are there", {}, ["admin", "build", "deploy", "read"]],
  ["what no flag allows is not", { offers: { admin: false, builds: false } }, ["deploy", "read"]],
  [
    "a key that reads gets what reads",
    { may: may({ readsLog: true }), offers: { admin: false, builds: true } },
    ["read"],
  ],
  [
    "a key that asks gets what deploys",
    { may: may({ readsLog: true, asksIn: [tier("test")] }) },
    ["admin", "deploy", "read"],
  ],
  [
    "a key that may ask for builds gets what builds",
    { may: may({ readsLog: true, asksBuilds: true }), offers: { admin: false, builds: true } },
    ["build", "read"],
  ],
  ["a key that does nothing of this gets nothing", { may: may({}), offers: { admin: false, builds: false } }, []],
  ["a token to read gets what reads", { scope: "read" }, ["read"]],
  ["a token to deploy gets no admin's", { scope: "deploy" }, ["build", "deploy", "read"]],
  ["a token of an admin gets all", { scope: "admin" }, ["admin", "build", "deploy", "read"]],
  [
    "no token gets more than the flags allow",
    { scope: "admin", offers: { admin: false, builds: false } },
    ["deploy", "read"],
  ],
];

for (const [what, changes, names] of allowances) {
  test(what, async () => {
    const allowance = async () => ({ ...plainAllowance, ...changes });
    const { client, call, close } = await connected(sessionOn(log, { tools: all, allowance }));
    const { tools } = await client.listTools();
    assert.equal(
      tools.map(({ name }) => name),
      names.map((name) => `${name}_tool`),
    );
    for (const { name } of all.filter((one) => !tools.some((listed) => listed.name === one.name)))
      assert.is(refusalOf(await call(name)).code, "unauthorized");
    await close();
  });
}

/** Calls a tool that does this, and what came of it. */
const during = async (
  run: (context: ToolContext) => Promise<unknown>,
  options: ClientOptions = {},
  answerMs = 50_000,
) => {
  const one = await connected(sessionOn(log, { tools: [made("read", run)], answerMs, token: "home" }), options);
  return { ...one, called: () => one.call("read_tool") };
};

test("a tool knows who calls, by which client and token", async () => {
  let seen: Partial<ToolContext> = {};
  const { called, close } = await during(async (context) => {
    seen = context;
  });
  assert.is(textOf(await called()), "done");
  assert.is(seen.client, "(home) tester 0.1");
  assert.is(seen.tool, "read_tool");
  assert.is(seen.identity?.requester, requester("claude"));
  assert.is(seen.admin, undefined);
  await close();
});

test("progress is told to whoever asked, and rises", async () => {
  const told: (readonly [number, string | undefined])[] = [];
  const { client, close } = await during(async ({ progress }) => {
    for (const [done, message] of [
      [1, "one"],
      [1, "again"],
      [0, "back"],
      [2, "two"],
    ] as const)
      progress(done, 2, message);
  });
  await client.listTools();
  const onprogress = ({ progress, message }: { progress: number; message?: string | undefined }) =>
    void told.push([progress, message]);
  await client.callTool({ name: "read_tool", arguments: {} }, undefined, { onprogress });
  assert.equal(told, [
    [1, "one"],
    [2, "two"],
  ]);
  await close();
});

test("a call that is given up ends the watching, and gets no answer", async () => {
  const [begun, ended] = [deferred<void>(), deferred<void>()];
  const { client, close } = await during(async ({ signal }) => {
    signal.addEventListener("abort", () => ended.resolve());
    begun.resolve();
    await ended.promise;
  });
  const giving = new AbortController();
  const called = client.callTool({ name: "read_tool", arguments: {} }, undefined, { signal: giving.signal });
  await begun.promise;
  giving.abort("enough");
  assert.match(String(await called.catch((thrown: unknown) => thrown)), "enough");
  await ended.promise;
  assert.equal(await client.ping(), {});
  await close();
});

test("a call that takes too long is answered, whatever goes on", async () => {
  const ended = deferred<void>();
  const { called, close } = await during(
    async ({ signal }) => {
      signal.addEventListener("abort", () => ended.resolve());
      await new Promise(() => {});
    },
    {},
    20,
  );
  assert.is(refusalOf(await called()).code, "timeout");
  await ended.promise;
  await close();
});

const asked = async (options: ClientOptions, answerMs = 50_000) => {
  let word: unknown;
  const { called, close } = await during(
    async ({ confirm }) => {
      word = await confirm("Deploy main on prod/all?", "deploy 3 prod");
    },
    options,
    answerMs,
  );
  await called();
  await close();
  return word;
};

const forms = { elicitation: { form: {} } };
const typing = (confirm: string) => async () => ({ action: "accept" as const, content: { confirm } });

test("a person is shown what it is about, and types the phrase", async () => {
  let shown: unknown;
  const onForm: ClientOptions["onForm"] = async (message, schema) => {
    shown = [message, schema];
    return typing("deploy 3 prod")();
  };
  assert.is(await asked({ capabilities: forms, onForm }), "accepted");
  assert.match(JSON.stringify(shown), /Deploy main on prod.*Type: deploy 3 prod/);
});

test("another phrase is no consent, and neither is a bare yes", async () => {
  assert.is(await asked({ capabilities: forms, onForm: typing("deploy 2 prod") }), "declined");
  assert.is(await asked({ capabilities: forms, onForm: async () => ({ action: "accept", content: {} }) }), "declined");
  for (const action of ["decline", "cancel"] as const)
    assert.is(await asked({ capabilities: forms, onForm: async () => ({ action }) }), "declined");
});

test("where the client cannot ask, or nobody answers in time, no person has declined", async () => {
  assert.is(await asked({}), "unsupported");
  assert.is(await asked({ capabilities: { elicitation: { url: {} } } }), "unsupported");
  const nobody: ClientOptions["onForm"] = () => new Promise(() => {});
  assert.is(await asked({ capabilities: forms, onForm: nobody }, 50), "unsupported");
});

test.run();
