/** `hd user add` and `hd user remove` as command lines. */
import { command } from "cmd-ts";
import { UserRole } from "../../lib/contract/fleet.ts";
import { Requester, Tier } from "../../lib/contract/names.ts";
import { Action } from "../../lib/contract/values.ts";
import { textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { flag } from "../args/flag.ts";
import { many, required } from "../args/option.ts";
import { positional } from "../args/positional.ts";
import type { CliEnv } from "../env.ts";
import { editArgs } from "../fleet/fleet-args.ts";
import type { Ended } from "../work/with-bus.ts";

const userName = textArg("name", Requester);

const userArgs = (cli: CliEnv) => ({
  role: required<UserRole>(cli.env, {
    long: "role",
    type: textArg("role", UserRole),
    about: "deployer, auditor, alerter, builder, admin or provisioner",
  }),
  tiers: many(cli.env, {
    long: "tier",
    type: textArg("tier", Tier),
    about: "where a deployer may ask; repeat it for more",
  }),
  actions: many(cli.env, {
    long: "action",
    type: textArg("action", Action),
    about: "what it may ask for; repeat it for more",
    shown: "all",
  }),
  service: flag(cli.env, { long: "service", about: "a program and no person" }),
});

export const userAddCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd user add",
      args: { name: positional(userName, "the person or service"), ...userArgs(cli), ...editArgs(cli) },
      examples: [
        {
          command: "hd user add alice --role deployer --tier test",
          description: "alice may deploy on hosts of the tier test",
        },
        {
          command: "hd user add alerter --role alerter --service",
          description: "a program that tells people of failures",
        },
      ],
      handler: async ({ name, role, tiers, actions, service, ...args }): Promise<Ended> =>
        (await import("./add.ts")).add(cli, { name, role, tiers, actions, service }, args),
    }),
  );

export const userRemoveCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd user remove",
      args: { name: positional(userName, "the person or service"), ...editArgs(cli) },
      examples: [{ command: "hd user remove alice", description: "what alice did stays in the log" }],
      handler: async ({ name, ...args }): Promise<Ended> => (await import("./remove.ts")).remove(cli, name, args),
    }),
  );
