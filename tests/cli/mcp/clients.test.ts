/**
 * Clients of others against `hd mcp` as it is built. They are 150 MB, so they are no dependencies: HD_MCP_CLIENTS names a folder in
 * which `npm i @modelcontextprotocol/inspector@2.12.0 mcporter@0.12.3` was run, and without it all is skipped, with a line that says so.
 */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allTools } from "../../../cli/mcp/all-tools.ts";
import { requester } from "../../support/fixtures.ts";
import { temporaryFolder } from "../../support/nats.ts";
import { startWorld, tiers } from "../../support/nats-world.ts";
import { enrolled, identity } from "../support/fleet.ts";

const test = suite("cli/mcp/clients");

const folder = process.env["HD_MCP_CLIENTS"] ?? "";
const product = join(import.meta.dirname, "../../../dist/hd.mjs");

interface Ran {
  readonly exit: number;
  readonly out: string;
}

const run = (program: string, words: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, MCP_INSPECTOR_SECRET_STORE: "file" };
    execFile(join(folder, "node_modules/.bin", program), words, { env, timeout: 60_000 }, (error, out, err) => {
      resolve({ exit: error === null ? 0 : Number(error.code ?? 1), out: `${out}${err}` });
    });
  });

const token = "a-token-of-the-test";

/** There is no such deployment, and the world has no place for alerts. */
const refusing = ["alerts_list", "deployment_get", "deployment_log"];

const started = async () => {
  const web1 = identity("prod/web1:web");
  const { addresses } = enrolled("prod/web1:web");
  const world = await startWorld([
    { kind: "host", hostname: web1.hostname, addresses },
    { kind: "deployer", requester: requester("claude"), tiers },
  ]);
  await world.apply({ hosts: [[web1.hostname, addresses]] });
  const words = [
    product,
    "mcp",
    "--nats-url",
    world.server.url,
    "--nkey-file",
    world.keys.get("claude") ?? "",
    "--as",
    "claude",
  ];
  const tokens = join(temporaryFolder(), "tokens.json");
  const sha256 = createHash("sha256").update(token).digest("hex");
  writeFileSync(tokens, JSON.stringify([{ name: "tester", sha256, scope: "read" }]), { mode: 0o600 });
  const served = spawn(process.execPath, [...words, "--http", "127.0.0.1:0", "--tokens", tokens], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [said] = await once(served.stderr, "data");
  test.after(async () => {
    served.kill();
    await once(served, "exit");
    await world.server.stop();
  });
  const url = /http:\S+/.exec(String(said))?.[0] ?? "";
  const byHttp = ["--server-url", url, "--transport", "http", "--header", `Authorization: Bearer ${token}`];
  return { stdio: [process.execPath, ...words], byHttp, url };
};

if (!existsSync(join(folder, "node_modules/.bin/mcp-inspector")) || !existsSync(product)) {
  test("clients of others are not here", () => {
    console.log("skipped: MCP inspector, mcporter, conformance suite; HD_MCP_CLIENTS names no folder that has them");
  });
} else {
  const { stdio, byHttp, url } = await started();

  for (const [way, words] of [
    ["stdio", stdio],
    ["HTTP", byHttp],
  ] as const) {
    test(`the inspector takes the tools by ${way} as portable`, async () => {
      const { exit, out } = await run("mcp-inspector", ["--cli", ...words, "--method", "tools/list", "--strict"]);
      assert.is(exit, 0, out);
    });
    test(`the inspector calls each tool by ${way}`, async () => {
      for (const { name, input } of allTools.filter(({ need }) => need === "read")) {
        const args = "id" in input.fields ? { id: "none" } : name === "host_get" ? { host: "web1" } : {};
        const call = ["--tool-name", name, "--tool-args-json", JSON.stringify(args), "--format", "json", "-q"];
        const { exit, out } = await run("mcp-inspector", ["--cli", ...words, "--method", "tools/call", ...call]);
        // 5: the tool refused it, as it should what is not there.
        assert.is(exit, refusing.includes(name) ? 5 : 0, `${name}: ${out}`);
      }
    });
  }

  test("mcporter calls a tool on stdio and by HTTP", async () => {
    const call = ["hosts_list", "tier=prod", "limit:=1", "--output", "json"];
    const ways = [
      ["--stdio", stdio.join(" ")],
      ["--http-url", url, "--allow-http", "--header", `Authorization=Bearer ${token}`],
    ];
    for (const way of ways) {
      const { exit, out } = await run("mcporter", ["call", ...way, ...call]);
      assert.is(exit, 0, out);
      assert.match(out, '"host": "web1"');
    }
  });
}

test.run();
