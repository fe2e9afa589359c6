/** `hd hosts` as a command line. */
import { command } from "cmd-ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs, connectionOf } from "../args/connection.ts";
import { discoverSubjectArg } from "../args/discover-subject-arg.ts";
import { outputArg } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { hosts } from "./hosts.ts";

export const hostsCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd hosts",
      args: { form: outputArg(cli.env), discoverSubject: discoverSubjectArg(cli), ...connectionArgs(cli) },
      handler: async (args): Promise<Ended> => hosts(cli, connectionOf(cli, args), args),
    }),
  );
