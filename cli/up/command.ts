/** `hd up` as a command line. */
import { command } from "cmd-ts";
import { right } from "fp-ts/lib/Either.js";
import { commandLine } from "../args/command-line.ts";
import { flag } from "../args/flag.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";

export const upCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd up",
      args: {
        once: flag(cli.env, { long: "once", about: "end after the tour; exit 0 when every host ended as it should" }),
      },
      examples: [{ command: "hd up", description: "start the fleet, take the tour, and stay up until Ctrl-C" }],
      handler: async ({ once }): Promise<Ended> => right(await cli.up(cli, { once })),
    }),
  );
