/** `hd cancel` as a command line. */
import { command } from "cmd-ts";
import { cancel as route } from "../../lib/contract/routes/cancel.ts";
import { RequestId } from "../../lib/contract/values.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { positionals } from "../args/positional.ts";
import { answerTimeoutArg } from "../args/timeout-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { cancel } from "./cancel.ts";

const { fields } = route.input;

export const cancelCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd cancel",
      args: {
        ids: positionals(textArg("id", RequestId), "the id of a request, as hd deploy and hd history print it"),
        reason: optional(cli.env, { long: "reason", type: plainArg("text"), about: fields.reason.sentence }),
        timeoutMs: answerTimeoutArg(cli.env),
        detach: flag(cli.env, { long: "detach", about: "do not wait; print the cancel's own id" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        {
          command: "hd cancel 01JQ5S8Z7Y3M9K2N4P6R8T0V1W",
          description: "end it on all its hosts, where it is not too late",
        },
      ],
      handler: ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => cancel(cli, made, args)),
    }),
  );
