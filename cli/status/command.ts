/** `hd status` as a command line. */
import { command } from "cmd-ts";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { pastArg } from "../args/moment-arg.ts";
import { optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { maybePositionals } from "../args/positional.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { status } from "./status.ts";

export const statusCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd status",
      args: {
        targets: maybePositionals(plainArg("target"), "only these: web1, prod, prod/role/web, a subject, or an alias"),
        atMs: optional(cli.env, {
          long: "at",
          type: pastArg(cli.now),
          about: "as of a moment: 2h ago, yesterday 14:00 (local time), 2026-01-31 or 2026-01-31 14:00 (UTC)",
          shown: "now",
        }),
        drift: flag(cli.env, {
          long: "drift",
          about: "only hosts that do not run the newest of their tier; exit 3 if there is one",
        }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: 'hd status prod --at "yesterday 14:00"', description: "what a tier ran then" },
        { command: "hd status --drift", description: "exit 3 if any host does not run the newest of its tier" },
      ],
      handler: ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => status(cli, made, args)),
    }),
  );
