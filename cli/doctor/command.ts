/** `hd doctor` as a command line. */
import { command } from "cmd-ts";
import { HostName } from "../../lib/contract/names.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { many, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { doctor } from "./doctor.ts";

export const doctorCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd doctor",
      args: {
        hosts: many(cli.env, {
          long: "host",
          type: textArg("name", HostName),
          about: "a host that has to be there; repeat it for more",
        }),
        flakeUrl: optional(cli.env, {
          long: "flake-url",
          type: plainArg("url"),
          about: "also ask this flake's repository for its branches",
          env: ["HOMELAB_DEPLOY_FLAKE_URL"],
        }),
        onHost: flag(cli.env, { long: "on-host", about: "this machine is a host: also look for what it deploys with" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd doctor", description: "exit 1 if a check fails; a warning is none" },
        {
          command: "hd doctor --on-host --flake-url git+https://git.example.org/nixos",
          description: "on a host, before its first deployment",
        },
      ],
      handler: ({ connection, ...args }): Promise<Ended> => doctor(cli, connection, args),
    }),
  );
