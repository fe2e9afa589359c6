/** A client of the SDK and the server that it talks to, in one process, on a log in memory. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type CallToolResult,
  CallToolResultSchema,
  type ClientCapabilities,
  ElicitRequestSchema,
  type ElicitResult,
} from "@modelcontextprotocol/sdk/types.js";
import { right } from "fp-ts/lib/TaskEither.js";
import * as assert from "uvu/assert";
import { allTools } from "../../../../cli/mcp/all-tools.ts";
import { serverFor } from "../../../../cli/mcp/server.ts";
import type { Session } from "../../../../cli/mcp/session.ts";
import type { Tool } from "../../../../cli/mcp/tool.ts";
import { noonMs, requester, tier } from "../../../support/fixtures.ts";
import type { MemoryLog } from "../../../support/memory-bus.ts";

interface Changes extends Partial<Omit<Session, "tools">> {
  readonly tools?: readonly Tool[];
}

export const sessionOn = (log: MemoryLog, { tools = allTools, ...changes }: Changes = {}): Session => ({
  version: "1.2.3",
  tools: async () => tools,
  allowance: async () => ({ offers: { admin: true, builds: true }, may: undefined, scope: undefined }),
  identity: right({ requester: requester("claude"), bus: log.bus() }),
  admin: undefined,
  options: {
    ...{ env: {}, repeated: "", discoverSubject: "deploy.discover", unconfirmed: [tier("test")] },
    resolve: () => right(undefined),
  },
  now: () => noonMs + 60_000,
  spend: () => undefined,
  answerMs: 50_000,
  ...changes,
});

export interface ClientOptions {
  readonly name?: string;
  readonly capabilities?: ClientCapabilities;
  /** What the person does with a form. */
  readonly onForm?: (message: string, schema: unknown) => Promise<ElicitResult>;
}

export interface Connected {
  readonly client: Client;
  readonly call: (name: string, args?: Record<string, unknown>) => Promise<CallToolResult>;
  readonly close: () => Promise<void>;
}

const clientOf = ({ name = "tester", onForm, capabilities = {} }: ClientOptions): Client => {
  const client = new Client({ name, version: "0.1" }, { capabilities });
  if (onForm !== undefined)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) =>
      onForm(params.message, "requestedSchema" in params ? params.requestedSchema : undefined),
    );
  return client;
};

export const connected = async (session: Session, options: ClientOptions = {}): Promise<Connected> => {
  const server = serverFor(session);
  const client = clientOf(options);
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return {
    client,
    // Against the schema that the tool gives for it.
    call: async (name, args = {}) => {
      await client.listTools();
      const result = await client.callTool({ name, arguments: args });
      return CallToolResultSchema.parse(result);
    },
    close: () => client.close(),
  };
};

export const textOf = ({ content }: CallToolResult): string =>
  content.map((one) => (one.type === "text" ? one.text : "")).join("");

export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly known?: readonly string[];
}

/** The refusal, which is in the text alone. */
export const refusalOf = (result: CallToolResult): Refused => {
  assert.is(result.isError, true, textOf(result));
  assert.is(result.structuredContent, undefined);
  return JSON.parse(textOf(result)).error;
};
