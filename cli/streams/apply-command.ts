/** `hd streams apply` as a command line. */
import { command } from "cmd-ts";
import { commandLine } from "../args/command-line.ts";
import { flag } from "../args/flag.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { streams } from "./streams.ts";
import { streamsArgs } from "./streams-args.ts";
import { namedBy } from "./wanted.ts";

export const applyCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd streams apply",
      args: {
        update: flag(cli.env, { long: "update", about: "also edit what differs; no record is ever deleted" }),
        prune: flag(cli.env, { long: "prune", about: "also end the places of sinks that the rules no longer have" }),
        ...streamsArgs(cli),
      },
      examples: [
        {
          command: "hd streams apply --host prod/web1:web --host prod/dns1:dns",
          description: "create the log with a place for two hosts; what is there already stays as it is",
        },
      ],
      handler: ({ update, connection, ...args }): Promise<Ended> => {
        const wanted = { ...args, named: namedBy(connection) };
        return withConnection(cli, connection, args.form, (made) =>
          streams(cli, made, wanted, update ? "edit" : "create"),
        );
      },
    }),
  );
