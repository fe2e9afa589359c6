/** A client of MCP, by the SDK that assistants use, on the stdin and stdout of a real `hd mcp`; with a person at it or without. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Program } from "./bundle.ts";
import type { Environment } from "./spawned.ts";

export interface Answer {
  readonly isError: boolean;
  readonly text: string;
  /** Of a tool that deploys or waits. */
  readonly outcome: Outcome | undefined;
}

export interface Outcome {
  readonly state: string;
  readonly next: string;
  readonly deployments: readonly {
    readonly id: string;
    readonly counts: string;
    readonly hosts: readonly { readonly host: string; readonly result: string }[];
  }[];
}

/** What a person does with the form: the phrase is in it. `undefined`: the client has none. */
export type Person = ((message: string, phrase: string) => "accept" | "decline" | "mistype") | undefined;

export interface McpClient {
  readonly tools: () => Promise<readonly string[]>;
  readonly call: (name: string, args: object) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

interface Form {
  readonly requestedSchema: { readonly properties: { readonly confirm?: { readonly title?: string } } };
}

const phraseIn = (params: unknown): string =>
  ((params as Form).requestedSchema.properties.confirm?.title ?? "").replace(/^Type: /, "");

const listen = (client: Client, person: NonNullable<Person>): void =>
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    const phrase = phraseIn(params);
    const does = person(params.message, phrase);
    if (does === "decline") return { action: "decline" };
    return { action: "accept", content: { confirm: does === "accept" ? phrase : "yes" } };
  });

const defined = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));

export const mcpClient = async (
  [command, ...first]: Program,
  words: readonly string[],
  env: Environment,
  person?: Person,
): Promise<McpClient> => {
  const capabilities = person === undefined ? {} : { elicitation: {} };
  const client = new Client({ name: "claude-code", version: "2.1.76" }, { capabilities });
  if (person !== undefined) listen(client, person);
  await client.connect(
    new StdioClientTransport({
      command,
      args: [...first, "mcp", ...words],
      env: { ...defined(process.env), ...defined(env) },
    }),
  );
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => {
      const { isError, content, structuredContent } = await client.callTool({ name, arguments: { ...args } });
      const [first] = content as readonly { readonly text?: string }[];
      const outcome = structuredContent as unknown as Outcome | undefined;
      return { isError: isError === true, text: first?.text ?? "", outcome };
    },
    close: () => client.close(),
  };
};
