/**
 * What `hd mcp` runs on, in one file that is loaded when it is needed: see cli/nats-main.ts. On stdin and stdout only the
 * protocol is spoken, so whatever prints is led to stderr before anything else is loaded.
 */
import { Console } from "node:console";
import { ownFile } from "../lib/files/own-file.ts";
import type { CliEnv, McpIdentities } from "./env.ts";
import type { McpOptions } from "./mcp/options.ts";
import { serve } from "./mcp/serve.ts";
import type { Ended } from "./work/with-bus.ts";

const instead = "See docs/mcp.md for how to make one.";

/** Loaded for who serves by HTTP: nobody else is a service. */
const tellManager = async (status: string): Promise<void> => {
  const { takeServiceManager } = await import("../lib/nix/service-manager.ts");
  const manager = takeServiceManager(process.env, (sentence) => process.stderr.write(`${sentence}\n`));
  manager.ready(status);
};

export const runMcp = (cli: CliEnv, as: McpIdentities, options: McpOptions): Promise<Ended> => {
  globalThis.console = new Console(process.stderr, process.stderr);
  return serve(cli, as, options, {
    streams: process,
    endCommands: async () => {
      // Without a flake's repository nothing is ever started.
      if (options.flakeUrl !== undefined) await (await import("../lib/nix/process.ts")).endCommands();
    },
    isServing: (status) => void tellManager(status),
    ownFile: (what, path) => ownFile({ what, instead, secret: true }, path),
  });
};
