/** `hd import` as a command line. */
import { command } from "cmd-ts";
import { right } from "fp-ts/lib/Either.js";
import { choice } from "../../lib/contract/codec.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { defaulted } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { positional } from "../args/positional.ts";
import { sizeArg } from "../args/size-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { importLog } from "./import.ts";

const Replicas = choice("Replicas", ["1", "3"]);

const sizeArgs = (cli: CliEnv) => ({
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
    {
      long: "max-bytes",
      type: sizeArg,
      about: "size at which the log takes no more; it never forgets",
      shown: "1G",
    },
    () => right(1024 ** 3),
  ),
});

export const importCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd import",
      args: {
        file: positional(plainArg("file"), "an export of a whole log, as hd export writes it"),
        ...sizeArgs(cli),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        {
          command: "hd import log.ndjson --nats-url nats://127.0.0.1:4222",
          description: "into a server without a log, as the owner of its streams; then run hd streams apply",
        },
      ],
      handler: ({ replicas, connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) =>
          importLog(cli, made, { ...args, replicas: replicas === "3" ? 3 : 1 }),
        ),
    }),
  );
