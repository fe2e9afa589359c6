/** `hd whoami` as a command line. */
import { command } from "cmd-ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { outputArg } from "../args/output-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { whoami } from "./whoami.ts";

export const whoamiCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd whoami",
      args: { form: outputArg(cli.env), connection: connectionArgs(cli) },
      examples: [
        { command: "hd whoami", description: "by the selected NATS context, or what the environment names" },
        { command: "hd whoami --context home-alice", description: "what another context comes to" },
      ],
      handler: ({ form, connection }): Promise<Ended> =>
        withConnection(cli, connection, form, (made) => whoami(cli, made, form)),
    }),
  );
