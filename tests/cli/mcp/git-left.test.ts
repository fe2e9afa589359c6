/** What a session or a call has started ends with it: a remote that never answers leaves no git behind. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildBundle } from "../../e2e/support/bundle.ts";
import { eventually } from "../../support/collector.ts";
import { requester, tier } from "../../support/fixtures.ts";
import { temporaryFolder } from "../../support/nats.ts";
import { startWorld } from "../../support/nats-world.ts";
import { enrolled, identity } from "../support/fleet.ts";

const test = suite("cli/mcp/git-left");

const web1 = identity("prod/web1");
const { addresses } = enrolled("prod/web1");
const world = await startWorld([
  { kind: "host", hostname: web1.hostname, addresses },
  { kind: "deployer", requester: requester("claude"), tiers: [tier("test"), tier("prod")] },
]);
test.after(() => world.server.stop());
await world.apply({ hosts: [[web1.hostname, addresses]] });

const [, main = ""] = buildBundle();

/** A folder with a git that tells its process to a pipe, and then waits for ever. */
const waitingGit = () => {
  const folder = temporaryFolder();
  const pipe = join(folder, "pid");
  execFileSync("mkfifo", [pipe]);
  writeFileSync(join(folder, "git"), `#!/bin/sh\necho $$ > ${pipe}\nexec sleep 1000\n`);
  chmodSync(join(folder, "git"), 0o755);
  return { folder, pid: async () => Number(await readFile(pipe, "utf8")) };
};

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Sooner than by its own deadline, which is 15 s. */
const gone = (pid: number): Promise<true> =>
  eventually("git has ended", async () => (isThere(pid) ? undefined : true), 10_000);

const environment = (folder: string) => ({
  ...{ PATH: `${folder}:${process.env["PATH"]}`, HOMELAB_DEPLOY_REQUESTER: "claude" },
  ...{ NATS_URL: world.server.url, NATS_NKEY: world.keys.get("claude") ?? "" },
});

const words = [main, "mcp", "--flake-url", "git+https://192.0.2.1/flake"] as const;

const asks = { name: "deploy", arguments: { targets: ["prod/web1"] } };

const messages = [
  {
    ...{ id: 1, method: "initialize" },
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/call", params: asks },
];

const begun = async () => {
  const { folder, pid } = waitingGit();
  const child = spawn(process.execPath, words, { env: environment(folder), stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  for (const message of messages) send(message);
  const git = await pid();
  assert.ok(isThere(git));
  return { child, ended, send, git };
};

for (const how of ["the end of the input", "SIGTERM"] as const) {
  test(`${how} ends git as well`, async () => {
    const { child, ended, git } = await begun();
    if (how === "SIGTERM") child.kill(how);
    else child.stdin.end();
    await ended;
    const isLeft = isThere(git);
    if (isLeft) process.kill(git);
    assert.not(isLeft);
  });
}

test("a call that is given up ends its git, and the server stays", async () => {
  const { child, ended, send, git } = await begun();
  send({ method: "notifications/cancelled", params: { requestId: 2, reason: "enough" } });
  await gone(git);
  assert.is(child.exitCode, null);
  child.stdin.end();
  await ended;
});

test("a session over HTTP that is ended ends its git, and the server stays", async () => {
  const { folder, pid } = waitingGit();
  const tokens = join(folder, "tokens.json");
  const entry = { name: "laptop", sha256: createHash("sha256").update("a-token").digest("hex"), scope: "deploy" };
  writeFileSync(tokens, JSON.stringify([entry]), { mode: 0o600 });
  const child = spawn(process.execPath, [...words, "--http", "127.0.0.1:0", "--tokens", tokens], {
    ...{ env: environment(folder), stdio: ["ignore", "ignore", "pipe"] },
  });
  const ended = once(child, "exit");
  const [said] = await once(child.stderr, "data");
  const client = new Client({ name: "http", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(/http:\S+/.exec(String(said))?.[0] ?? ""), {
    requestInit: { headers: { authorization: "Bearer a-token" } },
  });
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  const called = client.callTool(asks).catch(() => undefined);
  const git = await pid();
  assert.ok(isThere(git));
  await transport.terminateSession();
  await gone(git);
  assert.is(child.exitCode, null);
  await client.close();
  await called;
  child.kill();
  await ended;
});

test.run();
