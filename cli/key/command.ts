/** `hd key rotate` as a command line. */
import { command } from "cmd-ts";
import { HostName, type Requester } from "../../lib/contract/names.ts";
import { textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { flag } from "../args/flag.ts";
import { positional } from "../args/positional.ts";
import type { CliEnv } from "../env.ts";
import { editArgs } from "../fleet/fleet-args.ts";
import type { Ended } from "../work/with-bus.ts";

export const keyRotateCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd key rotate",
      args: {
        name: positional<HostName | Requester>(textArg("name", HostName), "the host, person or service"),
        finish: flag(cli.env, { long: "finish", about: "the new key is in use: trust the old one no longer" }),
        ...editArgs(cli),
      },
      examples: [
        { command: "hd key rotate web1", description: "a second key; both work until the rotation is finished" },
        { command: "hd key rotate web1 --finish", description: "the old key works no longer" },
      ],
      handler: async ({ name, finish, ...args }): Promise<Ended> => {
        const { rotate, finishRotation } = await import("./rotate.ts");
        return (finish ? finishRotation : rotate)(cli, name, args);
      },
    }),
  );
