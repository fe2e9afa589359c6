/** `hd alerts silence` as a command line. */
import { command } from "cmd-ts";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { Duration, millisOf } from "../../../lib/contract/duration.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { HostName, RuleName } from "../../../lib/contract/names.ts";
import { isBlank, Reason } from "../../../lib/contract/values.ts";
import { textArg } from "../../args/arg-type.ts";
import { commandLine } from "../../args/command-line.ts";
import { connectionArgs } from "../../args/connection.ts";
import { flag } from "../../args/flag.ts";
import { optional } from "../../args/option.ts";
import { outputArg } from "../../args/output-arg.ts";
import { withConnection } from "../../connection/with-connection.ts";
import type { CliEnv } from "../../env.ts";
import type { Ended } from "../../work/with-bus.ts";
import { silence } from "./silence.ts";

const argsOf = (cli: CliEnv) => ({
  rule: optional(cli.env, {
    long: "rule",
    type: textArg("rule", RuleName),
    about: "of this rule",
    shown: "every rule",
  }),
  host: optional(cli.env, {
    long: "host",
    type: textArg("host", HostName),
    about: "about this host",
    shown: "every host",
  }),
  length: optional(cli.env, { long: "for", type: textArg("length", Duration), about: "for how long: 30m, 2h, 7d" }),
  end: flag(cli.env, { long: "end", about: "end such a silence now, whoever asked for it" }),
  reason: optional(cli.env, { long: "reason", type: textArg("text", Reason), about: "why, for everybody who wonders" }),
  form: outputArg(cli.env),
  connection: connectionArgs(cli),
});

interface Given {
  readonly length: string | undefined;
  readonly end: boolean;
  readonly reason: string | undefined;
}

/** The stream of alerts forgets after that, and with it the silence. */
const longest = "90d";

const refused = (sentence: string): Either<Failure, never> => left(failure("invalid_request", sentence));

/** How long and why. */
const meant = ({
  length,
  end,
  reason = "",
}: Given): Either<Failure, { readonly forMs: number | undefined; readonly reason: string }> => {
  if (end && length !== undefined) return refused("Give --for or --end, not both.");
  if (end) return right({ forMs: undefined, reason: isBlank(reason) ? "ended" : reason });
  if (length === undefined) return refused("--for is missing; say for how long, such as --for 2h, or give --end.");
  if (millisOf(length) > millisOf(longest))
    return refused(`--for must be at most ${longest}: what is older is forgotten, also a silence. Renew it then.`);
  if (isBlank(reason)) return refused("--reason is missing; say why, for everybody who wonders: --reason TEXT.");
  return right({ forMs: millisOf(length), reason });
};

export const alertsSilenceCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd alerts silence",
      args: argsOf(cli),
      examples: [
        {
          command: 'hd alerts silence --host db1 --for 2h --reason "new disks"',
          description: "record what happens on a host, and tell nobody",
        },
        { command: "hd alerts silence --host db1 --end", description: "tell again" },
      ],
      handler: async ({ connection, rule, host, form, ...given }): Promise<Ended> => {
        const how = meant(given);
        if (isLeft(how)) return how;
        return withConnection(cli, connection, form, (made) => silence(cli, made, { rule, host, form, ...how.right }));
      },
    }),
  );
