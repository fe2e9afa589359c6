/** `hd host add`, `hd host remove` and `hd host rename` as command lines. */
import { command } from "cmd-ts";
import { HostName, Role } from "../../lib/contract/names.ts";
import { textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { flag } from "../args/flag.ts";
import { hostArg } from "../args/host-arg.ts";
import { many } from "../args/option.ts";
import { positional } from "../args/positional.ts";
import type { CliEnv } from "../env.ts";
import { logArgs } from "../fleet/fleet-args.ts";
import type { Ended } from "../work/with-bus.ts";

const hostName = textArg("name", HostName);

const yesFlag = (cli: CliEnv) => flag(cli.env, { long: "yes", about: "also when requests wait for the host" });

export const hostAddCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd host add",
      args: {
        host: positional(hostArg, "tier and name, with roles if it has any: prod/web3 or prod/web3:web"),
        roles: many(cli.env, {
          long: "role",
          type: textArg("role", Role),
          about: "a role of the host; repeat it for more",
        }),
        ...logArgs(cli),
      },
      examples: [
        { command: "hd host add prod/web3 --role web", description: "a third web server, with a key of its own" },
      ],
      handler: async ({ host, roles, ...args }): Promise<Ended> => {
        const { add } = await import("./add.ts");
        return add(cli, { ...host, roles: [...new Set([...host.roles, ...roles])] }, args);
      },
    }),
  );

export const hostRemoveCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd host remove",
      args: { name: positional(hostName, "the host"), yes: yesFlag(cli), ...logArgs(cli) },
      examples: [{ command: "hd host remove web3", description: "its records stay in the log" }],
      handler: async ({ name, ...args }): Promise<Ended> => (await import("./remove.ts")).remove(cli, name, args),
    }),
  );

export const hostRenameCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd host rename",
      args: {
        from: positional(hostName, "the host"),
        to: positional(textArg("new-name", HostName), "its new name"),
        yes: yesFlag(cli),
        ...logArgs(cli),
      },
      examples: [{ command: "hd host rename web3 web4", description: "the key stays the same" }],
      handler: async ({ from, to, ...args }): Promise<Ended> =>
        (await import("./rename.ts")).rename(cli, { from, to }, args),
    }),
  );
