/**
 * Clients of two other vendors against `hd mcp` as it is shipped, on stdio and by HTTP: what a client of the SDK that hd is built
 * with forgives, they may not.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allTools } from "../../cli/mcp/all-tools.ts";
import type { Tool } from "../../cli/mcp/tool.ts";
import { inspector, mcporter, run, skip } from "../support/foreign-clients.ts";
import { mcpByHttp, mcpWords, tokenOf } from "../support/mcp-program.ts";

const test = suite("e2e: mcp-clients");

/** By the name of an argument. The host is in prod, so that to deploy there comes to a wish. */
const values: Readonly<Record<string, unknown>> = { id: "none", host: "web1", targets: ["prod/web1"], seconds: 0 };

const argsOf = ({ input, need }: Tool): object => {
  const names = Object.keys(input.fields).filter((name) => need === "deploy" || name === "id" || name === "host");
  return Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
};

/** There is no such deployment, and the world has no place for alerts. */
const refuses = ({ name, input }: Tool): boolean => "id" in input.fields || name === "alerts_list";

/** 5: the tool refused it, as it should what is not there. */
const exitOf = (tool: Tool): number => (refuses(tool) && tool.name !== "deployments_list" ? 5 : 0);

if (inspector === undefined || mcporter === undefined) {
  test("clients of others are not here", () => skip("the inspector of MCP and mcporter"));
} else {
  const [byInspector, byMcporter] = [inspector, mcporter];
  const stdio = await mcpWords(test);
  const url = await mcpByHttp(test, stdio, { tester: "deploy" });
  const bearer = `Bearer ${tokenOf("tester")}`;
  const http = ["--server-url", url, "--transport", "http", "--header", `Authorization: ${bearer}`];
  const tools = allTools.filter(({ need }) => need === "read" || need === "deploy");

  for (const [way, words] of [
    ["stdio", stdio],
    ["HTTP", http],
  ] as const) {
    test(`the inspector takes the tools by ${way} as portable, strictly`, async () => {
      const { exit, out } = await run(byInspector, ["--cli", ...words, "--method", "tools/list", "--strict"]);
      assert.is(exit, 0, out);
      for (const { name } of tools) assert.match(out, `"${name}"`);
    });
    for (const tool of tools) {
      test(`the inspector calls ${tool.name} by ${way}`, async () => {
        const call = ["--tool-name", tool.name, "--tool-args-json", JSON.stringify(argsOf(tool)), "--format", "json"];
        const { exit, out } = await run(byInspector, ["--cli", ...words, "--method", "tools/call", ...call, "-q"]);
        assert.is(exit, exitOf(tool), out);
      });
    }
  }

  for (const [way, words] of [
    ["stdio", ["--stdio", stdio.join(" ")]],
    ["HTTP", ["--http-url", url, "--allow-http", "--header", `Authorization=${bearer}`]],
  ] as const) {
    test(`mcporter calls a tool by ${way}`, async () => {
      const call = ["hosts_list", "tier=prod", "limit:=1", "--output", "json"];
      const { exit, out } = await run(byMcporter, ["call", ...words, ...call]);
      assert.is(exit, 0, out);
      assert.match(out, '"host": "web1"');
    });
  }
}

test.run();
