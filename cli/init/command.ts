/** `hd init` as a command line. */
import { command } from "cmd-ts";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { maybePositional } from "../args/positional.ts";
import type { CliEnv } from "../env.ts";
import { generateArgs } from "../fleet/fleet-args.ts";
import type { Ended } from "../work/with-bus.ts";

export const initCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd init",
      args: {
        dir: maybePositional(plainArg("folder"), "folder of the fleet file hd.toml (default: .)"),
        ...generateArgs(cli),
      },
      examples: [
        {
          command: "hd init fleet",
          description: "write a first fleet/hd.toml to edit; run it again for keys and configuration",
        },
      ],
      handler: async ({ dir = ".", ...args }): Promise<Ended> => (await import("./init.ts")).init(cli, dir, args),
    }),
  );
