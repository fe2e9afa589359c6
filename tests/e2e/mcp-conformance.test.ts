/**
 * The official conformance suite of MCP against `hd mcp` as it is shipped, by HTTP: its scenarios that ask for no tools, prompts
 * or resources of the suite's own, and not for logging, which hd does not offer because the next protocol drops it. The suite knows
 * no tokens, so a proxy before the server adds one, and passes on what is asked as it is.
 */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { conformance, node22, run, skip } from "../support/foreign-clients.ts";
import { mcpByHttp, mcpWords, tokenOf } from "../support/mcp-program.ts";
import { temporaryFolder } from "../support/nats.ts";

const test = suite("e2e: mcp-conformance");

const scenarios = [
  "server-initialize",
  "ping",
  "completion-complete",
  "tools-list",
  "resources-list",
  "prompts-list",
  "server-sse-multiple-streams",
  "server-sse-polling",
  "dns-rebinding-protection",
];

/** Adds the token to whatever has none. */
const withToken = async (target: string): Promise<string> => {
  const { hostname, port, pathname } = new URL(target);
  const proxy = createServer((asked, answered) => {
    const headers = { ...asked.headers, authorization: `Bearer ${tokenOf("tester")}` };
    const passed = request({ hostname, port, path: pathname, method: asked.method, headers }, (given) => {
      answered.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answered);
    });
    passed.on("error", () => answered.destroy());
    answered.on("close", () => passed.destroy());
    asked.pipe(passed);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  test.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`;
};

if (conformance === undefined || node22 === undefined) {
  test("the conformance suite is not here", () => skip("the conformance suite of MCP, or a Node 22 for it"));
} else {
  const url = await withToken(await mcpByHttp(test, await mcpWords(test), { tester: "read" }));
  const [program, script] = [node22, conformance];
  for (const scenario of scenarios) {
    test(scenario, async () => {
      const words = [script, "server", "--url", url, "--scenario", scenario];
      const { exit, out } = await run(program, words, temporaryFolder());
      assert.is(exit, 0, out);
    });
  }
}

test.run();
