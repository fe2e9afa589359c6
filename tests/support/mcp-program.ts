/**
 * `hd mcp` as it is shipped, for clients of others: over a real server with the real permissions, a host that is enrolled, and a
 * log. Words start it on stdin and stdout; by HTTP it is there already, with a token for each name that is asked for.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "uvu";
import { enrolled, identity } from "../cli/support/fleet.ts";
import { buildBundle } from "../e2e/support/bundle.ts";
import { requester } from "./fixtures.ts";
import { temporaryFolder } from "./nats.ts";
import { startWorld, tiers } from "./nats-world.ts";

const place = "prod/web1:web";

/** The program, with what connects it. */
export const mcpWords = async (test: Test): Promise<readonly [string, ...string[]]> => {
  const [{ hostname }, { addresses }] = [identity(place), enrolled(place)];
  const world = await startWorld([
    { kind: "host", hostname, addresses },
    { kind: "deployer", requester: requester("claude"), tiers },
  ]);
  test.after(() => world.server.stop());
  await world.apply({ hosts: [[hostname, addresses]] });
  const [program, ...first] = buildBundle();
  const access = ["--nats-url", world.server.url, "--nkey-file", world.keys.get("claude") ?? "", "--as", "claude"];
  return [program, ...first, "mcp", ...access];
};

export const tokenOf = (name: string): string => `a-token-of-${name}`;

const entry = ([name, scope]: readonly [string, string]) => {
  return { name, scope, sha256: createHash("sha256").update(tokenOf(name)).digest("hex") };
};

/** Where it is served. Every name has a token for its scope: see tokenOf. */
export const mcpByHttp = async (
  test: Test,
  [program, ...words]: readonly [string, ...string[]],
  scopes: Readonly<Record<string, "read" | "deploy" | "admin">>,
): Promise<string> => {
  const tokens = join(temporaryFolder(), "tokens.json");
  writeFileSync(tokens, JSON.stringify(Object.entries(scopes).map(entry)), { mode: 0o600 });
  const served = spawn(program, [...words, "--http", "127.0.0.1:0", "--tokens", tokens], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(served, "exit");
  test.after(async () => {
    served.kill();
    await ended;
  });
  const [said] = await once(served.stderr, "data");
  const [url] = /http:\S+/.exec(String(said)) ?? [];
  if (url === undefined) throw new Error(`hd mcp is not served: ${said}`);
  return url;
};
