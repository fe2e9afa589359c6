/** `hd replay --into-router` as a command line of its own. */
import { command } from "cmd-ts";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { required } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { intoRouter } from "./into-router.ts";
import { rehearsalArgs } from "./into-router-args.ts";

export const intoRouterCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd replay",
      args: {
        from: required(cli.env, {
          long: "into-router",
          type: plainArg("file|stream"),
          about: "put recorded requests to hosts that only decide: those of an export, or of the log in use",
        }),
        ...rehearsalArgs(cli),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        {
          command: "hd replay --into-router stream --only-different",
          description: "whether this version decides as it was decided",
        },
      ],
      handler: ({ connection, ...args }): Promise<Ended> => intoRouter(cli, connection, args),
    }),
  );
