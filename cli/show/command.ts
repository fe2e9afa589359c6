/** `hd show` as a command line. */
import { command } from "cmd-ts";
import { RequestId } from "../../lib/contract/values.ts";
import { textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { outputArg } from "../args/output-arg.ts";
import { positional } from "../args/positional.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { show } from "./show.ts";

export const showCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd show",
      args: {
        id: positional(textArg("id", RequestId), "the id of a request, as hd deploy, hd build and hd history print it"),
        scan: flag(cli.env, { long: "scan", about: "look through the whole log for it, however long that takes" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      handler: ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => show(cli, made, args)),
    }),
  );
