/** What `hd streams apply` and `hd streams diff` take: how the log should be. */
import { right } from "fp-ts/lib/Either.js";
import { choice } from "../../lib/contract/codec.ts";
import { textArg } from "../args/arg-type.ts";
import { connectionArgs } from "../args/connection.ts";
import { hostArg } from "../args/host-arg.ts";
import { defaulted, many } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { sizeArg } from "../args/size-arg.ts";
import { subjectsOption } from "../args/subjects-option.ts";
import type { CliEnv } from "../env.ts";

const Replicas = choice("Replicas", ["1", "3"]);

const defaultBytes = 1024 ** 3;

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
  replicas: defaulted<"1" | "3">(
    cli.env,
    {
      long: "replicas",
      type: textArg("count", Replicas),
      about: "copies of the log: 3 in a cluster, else 1",
      shown: "1",
    },
    () => right("1"),
  ),
  maxBytes: defaulted(
    cli.env,
    { long: "max-bytes", type: sizeArg, about: "size at which the log takes no more; it never forgets", shown: "1G" },
    () => right(defaultBytes),
  ),
  form: outputArg(cli.env),
  connection: connectionArgs(cli),
});
