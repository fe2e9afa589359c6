/** `hd alerts ack` as a command line. */
import { command } from "cmd-ts";
import { Reason, Sequence } from "../../../lib/contract/values.ts";
import { numberArg, textArg } from "../../args/arg-type.ts";
import { commandLine } from "../../args/command-line.ts";
import { connectionArgs } from "../../args/connection.ts";
import { optional } from "../../args/option.ts";
import { outputArg } from "../../args/output-arg.ts";
import { positional } from "../../args/positional.ts";
import { withConnection } from "../../connection/with-connection.ts";
import type { CliEnv } from "../../env.ts";
import type { Ended } from "../../work/with-bus.ts";
import { ack } from "./ack.ts";

export const alertsAckCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd alerts ack",
      args: {
        alert: positional(numberArg("alert", Sequence), "the number of an open alert, as hd alerts list has it"),
        reason: optional(cli.env, { long: "reason", type: textArg("text", Reason), about: "a word to others" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [{ command: "hd alerts ack 41", description: "no more of the same until the hosts have recovered" }],
      handler: ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => ack(cli, made, args)),
    }),
  );
