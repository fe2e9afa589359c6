/** `hd export` as a command line. What is given leaves out records; nothing given, all of the log is exported. */
import { command } from "cmd-ts";
import { left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { RequestId, Sequence } from "../../lib/contract/values.ts";
import { numberArg, plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { momentArg } from "../args/moment-arg.ts";
import { many, optional } from "../args/option.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { misfit } from "./chosen.ts";
import { exportLog } from "./export.ts";

const choosingArgs = ({ env, now }: CliEnv) => {
  const sequence = (long: string, about: string) =>
    optional(env, { long, type: numberArg("sequence", Sequence), about });
  const moment = (long: string, about: string) => optional(env, { long, type: momentArg(now), about });
  return {
    sinceMs: moment("since", "only what was recorded since: 2h, yesterday 14:00, 2026-01-31"),
    untilMs: moment("until", "only what was recorded until then"),
    ids: many(env, {
      long: "id",
      type: textArg("id", RequestId),
      about: "only this request and all that came of it; repeat it for more",
    }),
    from: sequence("from", "only from this record of the log on"),
    to: sequence("to", "only up to this record of the log"),
  };
};

export const exportCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd export",
      args: {
        ...choosingArgs(cli),
        redact: flag(cli.env, { long: "redact", about: "without reasons, messages, output of jobs, and signatures" }),
        out: optional(cli.env, {
          long: "out",
          type: plainArg("file"),
          about: "a new file, which only you can read",
          shown: "standard output",
        }),
        force: flag(cli.env, { long: "force", about: "replace the file if it is there already" }),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd export --out log.ndjson", description: "the whole log, to be kept or moved" },
        { command: "hd export --since 7d --redact > week.ndjson", description: "a week of it, to be shown to others" },
      ],
      handler: async ({ redact, out, force, connection, ...choosing }): Promise<Ended> => {
        const wrong = misfit(choosing);
        if (wrong !== undefined) return left(failure("invalid_request", wrong));
        return withConnection(cli, connection, "table", (made) =>
          exportLog(cli, made, { choosing, redact, out, force }),
        );
      },
    }),
  );
