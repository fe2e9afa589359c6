/** What a session has started ends with it: a remote that never answers leaves no git behind. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
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

const main = join(import.meta.dirname, "../../../cli/main.ts");

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

const messages = [
  {
    ...{ id: 1, method: "initialize" },
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/call", params: { name: "deploy", arguments: { targets: ["prod/web1"] } } },
];

for (const how of ["the end of the input", "SIGTERM"] as const) {
  test(`${how} ends git as well`, async () => {
    const { folder, pid } = waitingGit();
    const env = {
      ...{ PATH: `${folder}:${process.env["PATH"]}`, HOMELAB_DEPLOY_REQUESTER: "claude" },
      ...{ NATS_URL: world.server.url, NATS_NKEY: world.keys.get("claude") ?? "" },
    };
    const words = ["--import", "tsx", main, "mcp", "--flake-url", "git+https://192.0.2.1/flake"];
    const child = spawn(process.execPath, words, { env, stdio: ["pipe", "ignore", "inherit"] });
    const ended = once(child, "exit");
    for (const message of messages) child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const git = await pid();
    assert.ok(isThere(git));
    if (how === "SIGTERM") child.kill(how);
    else child.stdin.end();
    await ended;
    const isLeft = isThere(git);
    if (isLeft) process.kill(git);
    assert.not(isLeft);
  });
}

test.run();
