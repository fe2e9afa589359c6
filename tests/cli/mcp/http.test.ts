/** HTTP: tokens and scopes, the names it is asked by, sessions of their own, and clients of the SDK through a real socket. */
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Scope } from "../../../cli/mcp/allowance.ts";
import { httpApp } from "../../../cli/mcp/http.ts";
import { httpSessions } from "../../../cli/mcp/http-sessions.ts";
import { serverFor } from "../../../cli/mcp/server.ts";
import { tokensIn } from "../../../cli/mcp/tokens.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { sessionOn } from "./support/client.ts";
import { fleetLog } from "./support/fleet.ts";

const test = suite("cli/mcp/http");

const hash = (token: string): string => createHash("sha256").update(token).digest("hex");
const entry = (name: string, scope: Scope) => ({ name, sha256: hash(`token of ${name}`.replaceAll(" ", "-")), scope });
const tokens = rightOf(tokensIn("t.json", JSON.stringify([entry("reader", "read"), entry("claude", "deploy")])));

let nowMs = 0;
const log = await fleetLog();
const sessions = httpSessions(
  ({ name, scope }) =>
    serverFor(
      sessionOn(log, {
        token: name,
        allowance: async () => ({ offers: { admin: false, builds: false }, may: undefined, scope }),
      }),
    ),
  () => nowMs,
);
const app = httpApp({ tokens, names: new Set(["127.0.0.1"]), sessions });
const server = await new Promise<ServerType>((resolve) => {
  const made = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, () => resolve(made));
});
const { port } = server.address() as AddressInfo;
const url = new URL(`http://127.0.0.1:${port}/mcp`);
test.after(async () => {
  await sessions.close();
  server.close();
  if ("closeAllConnections" in server) server.closeAllConnections();
});

const bearer = (name: string) => ({ authorization: `Bearer token-of-${name}` });

const client = async (name: string) => {
  const made = new Client({ name: "http", version: "1" });
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: bearer(name) } });
  await made.connect(transport as Parameters<Client["connect"]>[0]);
  return { made, id: transport.sessionId ?? "" };
};

const rpc = (headers: Record<string, string>, method = "tools/list") =>
  app.request(`http://127.0.0.1:${port}/mcp`, {
    method: "POST",
    headers: {
      host: "127.0.0.1",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: {} }),
  });

test("a client with a token lists tools and calls one", async () => {
  const { made } = await client("reader");
  assert.ok((await made.listTools()).tools.some(({ name }) => name === "hosts_list"));
  const { structuredContent } = await made.callTool({ name: "hosts_list", arguments: { tier: "prod" } });
  assert.is((structuredContent as { total: number }).total, 2);
  await made.close();
});

test("a token that is for reading deploys nothing, whatever is called by name", async () => {
  const { made } = await client("reader");
  const names = (await made.listTools()).tools.map(({ name }) => name);
  for (const name of ["deploy", "deploy_admin", "deployment_cancel", "deployments_replay"]) {
    assert.not(names.includes(name));
    const { isError, content } = await made.callTool({ name, arguments: { targets: ["prod/web1"] } });
    assert.is(isError, true);
    assert.match(JSON.stringify(content), "unauthorized");
  }
  await made.close();
});

test("without a token, or with a wrong one, nobody comes in", async () => {
  for (const headers of [
    {},
    { authorization: "Bearer wrong" },
    { authorization: "Basic token-of-reader" },
    bearer(""),
  ]) {
    const response = await rpc(headers);
    assert.is(response.status, 401);
    assert.is(response.headers.get("www-authenticate"), 'Bearer realm="hd"');
  }
});

test("a name that is not its own is refused on every route", async () => {
  for (const path of ["/mcp", "/healthz", "/other"]) {
    const ask = (headers: Record<string, string>) =>
      app.request(`http://x${path}`, { headers: { ...bearer("reader"), ...headers } });
    assert.is((await ask({ host: "evil.example" })).status, 403);
    assert.is((await ask({ host: "" })).status, 403);
    assert.is((await ask({ host: "127.0.0.1", origin: "http://evil.example" })).status, 403);
    assert.is((await ask({ host: "127.0.0.1", origin: "null" })).status, 403);
    assert.is.not((await ask({ host: "127.0.0.1:1", origin: "http://127.0.0.1:9" })).status, 403);
  }
});

test("its health is told without a token", async () => {
  assert.equal(await (await app.request("http://x/healthz", { headers: { host: "127.0.0.1" } })).json(), {
    status: "ok",
  });
});

test("a session is another's, for any other token, as if there were none", async () => {
  const { made, id } = await client("reader");
  for (const [name, session] of [
    ["claude", id],
    ["reader", "unknown"],
  ] as const) {
    const response = await rpc({ ...bearer(name), "mcp-session-id": session });
    assert.is(response.status, 404);
    assert.equal(((await response.json()) as { error: unknown }).error, { code: -32001, message: "Session not found" });
  }
  assert.equal(await made.ping(), {});
  await made.close();
});

test("a request that opens no session leaves none behind", async () => {
  assert.is((await rpc(bearer("reader"))).status, 400);
});

test("a session that nobody used for half an hour is ended", async () => {
  const { made, id } = await client("reader");
  nowMs += 29 * 60_000;
  await sessions.reap();
  assert.equal(await made.ping(), {});
  nowMs += 30 * 60_000;
  await sessions.reap();
  assert.is((await rpc({ ...bearer("reader"), "mcp-session-id": id })).status, 404);
  await made.close();
});

test("a token has so many sessions, and a new one ends that which was unused longest", async () => {
  const first = await client("claude");
  const used = await client("claude");
  for (let n = 2; n < 20; n += 1) await client("claude");
  nowMs += 1_000;
  const other = await client("reader");
  for (const one of [first, used, other]) assert.equal(await one.made.ping(), {});
  nowMs += 1_000;
  assert.equal(await used.made.ping(), {});
  // Eighteen that nobody has used since, and then the first.
  for (let n = 0; n < 19; n += 1) await client("claude");
  const there = async (name: string, { id }: { readonly id: string }) =>
    (await rpc({ ...bearer(name), "mcp-session-id": id }, "ping")).status;
  assert.equal([await there("claude", first), await there("claude", used)], [404, 200]);
  assert.is(await there("reader", other), 200);
});

test("garbage is answered, not served", async () => {
  const response = await app.request(`http://127.0.0.1:${port}/mcp`, {
    ...{ method: "POST", body: "{{{" },
    headers: {
      host: "127.0.0.1",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...bearer("reader"),
    },
  });
  assert.is(response.status, 400);
});

test("a file of tokens that does not fit is refused, with what is wrong", () => {
  const why = (content: string) => failureOf(tokensIn("t.json", content)).message;
  assert.match(why("{"), "it is no list with a token in it");
  assert.match(why("[]"), "it is no list with a token in it");
  assert.match(
    why(JSON.stringify([{ ...entry("a", "read"), scope: "write" }])),
    "token 1: scope: must be one of read, deploy, admin",
  );
  assert.match(why(JSON.stringify([{ name: "a", token: "secret", scope: "read" }])), "token: is not a field");
  assert.match(why(JSON.stringify([entry("a", "read"), entry("a", "admin")])), "a stands in it twice");
});

test.run();
