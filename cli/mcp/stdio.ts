/**
 * MCP on a pair of streams. Nothing but protocol goes out; the end of the input, a reader that is gone and a signal each end
 * it, which the SDK does not see to: with a connection open the process would stay for ever.
 */
import type { Readable, Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { type ServerOf, whenClosed } from "./sdk.ts";

export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Resolves when it has ended; `onInterrupt` as in CliEnv. */
export const serveStdio = async (
  server: ServerOf,
  { stdin, stdout }: Streams,
  onInterrupt: (callback: () => void) => () => void,
): Promise<void> => {
  const ended = new Promise<void>((resolve) => {
    stdin.on("end", resolve).on("close", resolve);
    stdout.on("error", () => resolve());
    whenClosed(server, resolve);
    onInterrupt(resolve);
  });
  await server.connect(new StdioServerTransport(stdin, stdout));
  await ended;
  await server.close();
  stdin.destroy();
};
