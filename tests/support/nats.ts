/**
 * A real nats-server for a suite: `const server = await withServer(test)` at the top of a test file. It has a folder and a
 * port of its own that it keeps over a restart, ends with the suite, and is killed with its folder removed when the test file dies before that.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "uvu";
import { findServer } from "../../lib/server/find.ts";
import { type RunningServer, startServer } from "../../lib/server/start.ts";
import { freePort } from "./free-port.ts";

/** JetStream with a file store, open to anyone on loopback. */
export const openConfig = "jetstream { max_file: 1GB, max_mem: 64MB }";

export const natsBinary = async (): Promise<string> => {
  const found = await findServer({ env: process.env, say: (line) => console.log(`nats-server · ${line}`) });
  if (found._tag === "Left") throw new Error(found.left.message);
  return found.right.binary;
};

/** A folder that is removed when the test file ends, in whatever way. */
export const temporaryFolder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), "hd-nats-"));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  return dir;
};

export const withServer = async <C>(test: Test<C>, config: string = openConfig): Promise<RunningServer> => {
  const [binary, port] = [await natsBinary(), await freePort()];
  const started = await startServer({ binary, config, dir: temporaryFolder(), port });
  if (started._tag === "Left") throw new Error(started.left.message);
  test.after(() => started.right.stop());
  return started.right;
};
