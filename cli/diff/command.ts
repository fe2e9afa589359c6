/** `hd diff` as a command line: two moments, or one and now. The first may stand behind `--between`. */
import { command } from "cmd-ts";
import { left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { pastArg } from "../args/moment-arg.ts";
import { many, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { maybePositionals } from "../args/positional.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { diff } from "./diff.ts";

const howMany = 'one moment, or two: hd diff "2h ago", or hd diff --between "yesterday 14:00" "2h ago"';

export const changesCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd diff",
      args: {
        moments: maybePositionals(pastArg(cli.now), "from when, and until when: 2h, yesterday 14:00, 2026-01-31"),
        between: optional(cli.env, { long: "between", type: pastArg(cli.now), about: "the same as the first moment" }),
        targets: many(cli.env, {
          long: "target",
          type: plainArg("target"),
          about: "only these: web1, prod, prod/role/web, a subject, or an alias; repeat it",
        }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: 'hd diff "yesterday 14:00"', description: "what changed since then" },
        { command: "hd diff --between 7d 2d --target prod", description: "what changed in a tier in between" },
      ],
      handler: async ({ connection, moments, between, ...args }): Promise<Ended> => {
        const [fromMs, toMs, ...more] = [...(between === undefined ? [] : [between]), ...moments];
        if (fromMs === undefined || more.length > 0) return left(failure("invalid_request", `Give ${howMany}.`));
        return withConnection(cli, connection, args.form, (made) => diff(cli, made, { ...args, fromMs, toMs }));
      },
    }),
  );
