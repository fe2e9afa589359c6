/** What `hd streams apply` and `hd streams diff` take: how the log should be. */
import { choice } from "../../lib/contract/codec.ts";
import { textArg } from "../args/arg-type.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { hostArg } from "../args/host-arg.ts";
import { many, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { sizeArg } from "../args/size-arg.ts";
import { subjectsOption } from "../args/subjects-option.ts";
import { vaultKeyOption } from "../args/vault-key.ts";
import type { CliEnv } from "../env.ts";
import { fleetOption, rulesOption } from "../fleet/fleet-args.ts";

const Replicas = choice("Replicas", ["1", "3"]);

const builderOption = {
  long: "builder",
  about: "keep a place for builders as well; a fleet with one has it by itself",
};

export const streamsArgs = (cli: CliEnv) => ({
  hosts: many(
    cli.env,
    {
      long: "host",
      type: hostArg,
      about: "a host to keep a place for, with its roles: prod/web1:web,dns; repeat it for more",
    },
    " ",
  ),
  deploySubjects: many(cli.env, subjectsOption),
  builder: flag(cli.env, builderOption),
  vault: flag(cli.env, { long: "vault", about: "the vault's copy of the log instead, as the vault's keeper" }),
  vaultKeyFile: optional(cli.env, vaultKeyOption),
  fleet: optional(cli.env, {
    ...fleetOption,
    about: `${fleetOption.about}: hosts, sizes and server are taken from it`,
  }),
  rules: optional(cli.env, {
    ...rulesOption,
    about: `${rulesOption.about}: places for its sinks are made as well`,
    shown: "the fleet's",
  }),
  replicas: optional<"1" | "3">(cli.env, {
    long: "replicas",
    type: textArg("count", Replicas),
    about: "copies of the log: 3 in a cluster, else 1",
    shown: "the fleet's, or 1",
  }),
  maxBytes: optional(cli.env, {
    long: "max-bytes",
    type: sizeArg,
    about: "size at which the log takes no more; it never forgets",
    shown: "the fleet's, or 1G",
  }),
  form: outputArg(cli.env),
  connection: connectionArgs(cli),
});
