/**
 * The MCP server of one session: one loop over tools. The low-level class of the SDK, because the other takes only schemas of
 * its own kind; what it leaves to be done is done in call.ts.
 */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import { plain } from "../../lib/contract/plain.ts";
import { byText } from "../print/by-text.ts";
import { withheld } from "./allowance.ts";
import { callTool, unknownTool } from "./call.ts";
import { offerCompletion } from "./completion.ts";
import { confirmBy } from "./confirm.ts";
import { listed } from "./listed.ts";
import { progressBy } from "./progress.ts";
import { offerPrompts } from "./prompts.ts";
import { offerResources } from "./resources.ts";
import type { ServerOf } from "./sdk.ts";
import type { Session } from "./session.ts";
import { offerSubscriptions } from "./subscriptions.ts";

/** Always in the same order, so that what a client keeps of it stays good. */
const listTools = async ({ tools, allowance }: Session) => {
  const [all, allowed] = await Promise.all([tools(), allowance()]);
  const there = all.filter((tool) => withheld(tool, allowed) === undefined);
  return { tools: there.map(listed).sort((a, b) => byText(a.name, b.name)) };
};

/** As a request holds it. */
const nameLength = 100;

/**
 * As it gave itself; it is told to people, so it is made fit for that. The token stands first, where no name is long enough to
 * cut it off, and brackets are the token's alone.
 */
const clientOf = (server: ServerOf, { token }: Session): string => {
  const { name = "unknown", version = "" } = server.getClientVersion() ?? {};
  const client = `${name} ${version}`
    .replace(/[\p{Ps}\p{Pe}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return plain(token === undefined ? client : `(${token}) ${client}`, nameLength);
};

const instructions =
  "hd deploys NixOS hosts: every request and every outcome is a record in a log, and these tools read and write it. " +
  "Look with fleet_status and hosts_list first. A deployment goes on by itself, whoever watches. " +
  "What needs a person's word is asked of the person: never take it for given.";

/** `version`: of hd. */
export const serverFor = (session: Session): ServerOf => {
  const server: ServerOf = new Server(
    { name: "hd", title: "homelab-deploy", version: session.version },
    { capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} }, instructions },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => listTools(session));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const called = { name: params.name, args: params.arguments ?? {}, client: clientOf(server, session) };
    const confirm = confirmBy(server, extra);
    const result = await callTool(session, { ...called, signal: extra.signal, progress: progressBy(extra), confirm });
    if (result !== undefined) return result;
    throw new McpError(ErrorCode.InvalidParams, unknownTool(await session.tools(), params.name));
  });
  offerResources(server, session);
  offerSubscriptions(server, session);
  offerPrompts(server);
  offerCompletion(server, session);
  return server;
};
