/** `--budget` of `hd mcp` as it is shipped: a token's over HTTP, however many sessions it opens, and a session's on stdio. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mcpByHttp, mcpWords, tokenOf } from "../support/mcp-program.ts";

const test = suite("e2e: mcp-budget");

const [program, ...words] = await mcpWords(test);
const budget = [...words, "--budget", "2/h"];
const url = await mcpByHttp(test, [program, ...budget], { laptop: "deploy", phone: "deploy" });

const open = async (transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Client> => {
  const client = new Client({ name: "tester", version: "1" });
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  return client;
};

const byHttp = (name: string) => {
  const headers = { authorization: `Bearer ${tokenOf(name)}` };
  return open(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
};

const byStdio = () => open(new StdioClientTransport({ command: program, args: budget }));

let commits = 0;

/** Wishes for what nobody has wished for, and tells the code of a refusal. */
const wish = async (client: Client): Promise<string> => {
  commits += 1;
  const revision = commits.toString(16).padStart(40, "0");
  const args = { targets: ["prod/web1"], revision };
  const { isError, content } = await client.callTool({ name: "deploy", arguments: args });
  const [{ text = "" } = {}] = content as readonly { readonly text?: string }[];
  return isError === true ? JSON.parse(text).error.code : (text.split("\n")[0] ?? "");
};

test("a token has so many an hour, in another session what is left, and another token its own", async () => {
  const [first, phone] = [await byHttp("laptop"), await byHttp("phone")];
  assert.equal([await wish(first), await wish(first)], ["awaiting_approval", "awaiting_approval"]);
  assert.is(await wish(first), "busy");
  const again = await byHttp("laptop");
  assert.equal([await wish(again), await wish(phone)], ["busy", "awaiting_approval"]);
  await Promise.all([first.close(), phone.close(), again.close()]);
});

test("a session on stdio has so many, and the next one again", async () => {
  for (const client of [await byStdio(), await byStdio()]) {
    const said = [await wish(client), await wish(client), await wish(client)];
    assert.equal(said, ["awaiting_approval", "awaiting_approval", "busy"]);
    await client.close();
  }
});

test.run();
