/** `hd streams diff` as a command line. */
import { command } from "cmd-ts";
import { commandLine } from "../args/command-line.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { streams } from "./streams.ts";
import { streamsArgs } from "./streams-args.ts";
import { namedBy } from "./wanted.ts";

export const diffCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd streams diff",
      args: streamsArgs(cli),
      examples: [
        { command: "hd streams diff --host prod/web1:web", description: "exit 3 if anything is missing or differs" },
      ],
      handler: ({ connection, ...args }): Promise<Ended> => {
        const wanted = { ...args, prune: false, named: namedBy(connection) };
        return withConnection(cli, connection, args.form, (made) => streams(cli, made, wanted, "look"));
      },
    }),
  );
