/** `hd freeze` and `hd unfreeze` as command lines. */
import { command } from "cmd-ts";
import { isLeft, left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { freeze as freezeRoute } from "../../lib/contract/routes/freeze.ts";
import { unfreeze as unfreezeRoute } from "../../lib/contract/routes/unfreeze.ts";
import { instant, isBlank } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { untilArg } from "../args/moment-arg.ts";
import { defaulted, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { positional } from "../args/positional.ts";
import { answerTimeoutArg } from "../args/timeout-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { freeze } from "./freeze.ts";

const commonArgs = (cli: CliEnv) => ({
  target: positional(plainArg("target"), "a tier such as prod, prod/web1, prod/role/web, a subject, or an alias"),
  timeoutMs: answerTimeoutArg(cli.env),
  detach: flag(cli.env, { long: "detach", about: "do not wait; print the request's id" }),
  form: outputArg(cli.env),
  connection: connectionArgs(cli),
});

const noReason = "--reason is missing; say why, for everybody who is refused: --reason TEXT";

const reasonSpec = (about: string) => ({ long: "reason", type: plainArg("text"), about });

export const freezeCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd freeze",
      args: {
        ...commonArgs(cli),
        reason: defaulted(cli.env, reasonSpec(freezeRoute.input.fields.reason.sentence), () => left(noReason)),
        untilMs: optional(cli.env, {
          long: "until",
          type: untilArg(cli.now),
          about: "when it ends by itself: 2h, friday 17:00 (local time), 2026-12-01 or 2026-12-01 08:00 (UTC)",
          shown: "until it is lifted",
        }),
      },
      examples: [
        { command: 'hd freeze prod --until 7d --reason "holidays"', description: "no deployment in a tier for a week" },
        { command: 'hd freeze prod/db1 --reason "migration"', description: "none on one host, until it is lifted" },
      ],
      handler: async ({ connection, reason, untilMs, ...args }): Promise<Ended> => {
        if (isBlank(reason)) return left(failure("invalid_request", noReason));
        const until = untilMs === undefined ? {} : { until: instant(untilMs) };
        const input = checked(freezeRoute, { reason, ...until });
        if (isLeft(input)) return input;
        const asked = { ...args, body: { route: "freeze", input: input.right } as const };
        return withConnection(cli, connection, args.form, (made) => freeze(cli, made, asked));
      },
    }),
  );

export const unfreezeCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd unfreeze",
      args: {
        ...commonArgs(cli),
        reason: optional(cli.env, reasonSpec(unfreezeRoute.input.fields.reason.sentence)),
      },
      examples: [{ command: "hd unfreeze prod", description: "lift the freeze of a tier" }],
      handler: async ({ connection, reason, ...args }): Promise<Ended> => {
        const input = checked(unfreezeRoute, reason === undefined ? {} : { reason });
        if (isLeft(input)) return input;
        const asked = { ...args, body: { route: "unfreeze", input: input.right } as const };
        return withConnection(cli, connection, args.form, (made) => freeze(cli, made, asked));
      },
    }),
  );
