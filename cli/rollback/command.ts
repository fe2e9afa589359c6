/** `hd rollback` as a command line. */
import { command } from "cmd-ts";
import { isLeft } from "fp-ts/lib/Either.js";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { optional } from "../args/option.ts";
import { positionals } from "../args/positional.ts";
import { sendingArgs, sendingOf } from "../args/sending-args.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { rollback } from "./rollback.ts";

export const rollbackCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd rollback",
      args: {
        targets: positionals(plainArg("target"), "prod/web1, prod/role/web, a whole tier such as prod, or an alias"),
        reason: optional(cli.env, {
          long: "reason",
          type: plainArg("text"),
          about: "why, for the history",
          shown: "rollback from <commit> to <commit>",
        }),
        dryRun: flag(cli.env, { long: "dry-run", about: "print what would be sent, and send nothing" }),
        ...sendingArgs(cli),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd rollback prod/web1", description: "go back to what was healthy there before" },
        { command: "hd rollback prod --dry-run", description: "see what that would be, on every host of a tier" },
      ],
      handler: async ({ connection, ...given }): Promise<Ended> => {
        const args = sendingOf(given);
        if (isLeft(args)) return args;
        return withConnection(cli, connection, given.form, (made) => rollback(cli, made, args.right));
      },
    }),
  );
