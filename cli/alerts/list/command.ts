/** `hd alerts list` as a command line. */
import { command } from "cmd-ts";
import { left } from "fp-ts/lib/Either.js";
import { failure } from "../../../lib/contract/failure.ts";
import { commandLine } from "../../args/command-line.ts";
import { connectionArgs } from "../../args/connection.ts";
import { flag } from "../../args/flag.ts";
import { pastArg } from "../../args/moment-arg.ts";
import { optional } from "../../args/option.ts";
import { outputArg } from "../../args/output-arg.ts";
import { withConnection } from "../../connection/with-connection.ts";
import type { CliEnv } from "../../env.ts";
import type { Ended } from "../../work/with-bus.ts";
import { list } from "./list.ts";

export const alertsListCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd alerts list",
      args: {
        sinceMs: optional(cli.env, {
          long: "since",
          type: pastArg(cli.now),
          about: "also list the alerts since then, those that are over too: 7d, yesterday, 2026-12-01",
        }),
        all: flag(cli.env, { long: "all", about: "also list all alerts of the last 90 days" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd alerts list --since 7d", description: "what is open, and what people were told in a week" },
      ],
      handler: async ({ connection, sinceMs, all, form }): Promise<Ended> => {
        if (all && sinceMs !== undefined) return left(failure("invalid_request", "Give --all or --since, not both."));
        return withConnection(cli, connection, form, (made) => list(cli, made, { sinceMs: all ? 0 : sinceMs, form }));
      },
    }),
  );
