/** `hd mcp` as it ships, on a raw pipe: a client costs time of its own. */
import { spawn } from "node:child_process";
import { product } from "./bundled.ts";

export interface McpProcess {
  /** The answer to a request, or the error. */
  readonly ask: (method: string, params: object) => Promise<{ readonly result?: unknown }>;
  readonly stop: () => Promise<void>;
}

export const initialization = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "bench", version: "1" },
};

export const mcpProcess = (env: NodeJS.ProcessEnv = process.env): McpProcess => {
  const child = spawn(process.execPath, [product, "mcp"], { env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const waiting = new Map<number, (answer: { readonly result?: unknown }) => void>();
  let [rest, ids] = ["", 0];
  child.stdout.on("data", (data) => {
    const lines = `${rest}${data}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { id, ...answer } = JSON.parse(line);
      waiting.get(id)?.(answer);
    }
  });
  const ask: McpProcess["ask"] = (method, params) =>
    new Promise((resolve, reject) => {
      ids += 1;
      waiting.set(ids, resolve);
      void ended.then(() => reject(new Error("hd mcp ended")));
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: ids, method, params })}\n`);
    });
  const stop = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  return { ask, stop };
};
