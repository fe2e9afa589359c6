/** The options of commands that edit a fleet. */
import { right } from "fp-ts/lib/Either.js";
import { serversOption } from "../args/access-args.ts";
import { plainArg } from "../args/arg-type.ts";
import { flag } from "../args/flag.ts";
import { defaulted, many, type OptionSpec, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";

export const fleetOption: OptionSpec<string> = {
  long: "fleet",
  type: plainArg("folder"),
  about: "folder of the fleet file hd.toml, with its keys",
  env: ["HOMELAB_DEPLOY_FLEET"],
};

export const rulesOption: OptionSpec<string> = {
  long: "rules",
  type: plainArg("file"),
  about: "a file of rules for alerts, with [sinks.<name>] and [rules.<name>]",
  env: ["HOMELAB_DEPLOY_RULES"],
};

const contextOption: OptionSpec<string> = {
  long: "context-dir",
  type: plainArg("folder"),
  about: "where NATS contexts are written",
  shown: "$XDG_CONFIG_HOME/nats/context, or ~/.config/nats/context",
};

/** Of everything that writes what follows from a fleet file. */
export const generateArgs = (cli: CliEnv) => ({
  contextDir: optional(cli.env, contextOption),
  form: outputArg(cli.env),
});

/** Of everything that edits a fleet file. */
export const editArgs = (cli: CliEnv) => ({
  fleet: defaulted(cli.env, { ...fleetOption, shown: "." }, () => right(".")),
  ...generateArgs(cli),
});

/** Of everything that also changes the log. */
export const logArgs = (cli: CliEnv) => ({
  ...editArgs(cli),
  offline: flag(cli.env, { long: "offline", about: "write files only, and leave the log as it is" }),
  servers: many(cli.env, serversOption("those of the fleet file")),
});
