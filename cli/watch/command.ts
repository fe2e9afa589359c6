/** `hd watch` as a command line. */
import { command } from "cmd-ts";
import { RequestId } from "../../lib/contract/values.ts";
import { textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { outputArg } from "../args/output-arg.ts";
import { positionals } from "../args/positional.ts";
import { timeoutArg } from "../args/timeout-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { watch } from "./watch.ts";

export const watchCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd watch",
      args: {
        ids: positionals(
          textArg("id", RequestId),
          "the id of a request, as hd deploy, hd build and hd history print it",
        ),
        timeoutMs: timeoutArg(cli.env),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd watch 01JQ5S8Z7Y3M9K2N4P6R8T0V1W", description: "watch until all its hosts have ended" },
      ],
      handler: ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => watch(cli, made, args)),
    }),
  );
