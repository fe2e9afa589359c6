/** `hd hosts` as a command line. */
import { command } from "cmd-ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { discoverSubjectArg } from "../args/discover-subject-arg.ts";
import { outputArg } from "../args/output-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { hosts } from "./hosts.ts";

export const hostsCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd hosts",
      args: { form: outputArg(cli.env), discoverSubject: discoverSubjectArg(cli), connection: connectionArgs(cli) },
      handler: ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => hosts(cli, made, args)),
    }),
  );
