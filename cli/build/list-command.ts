/** `hd builds` as a command line. */
import { command } from "cmd-ts";
import { right } from "fp-ts/lib/Either.js";
import { choice, integer } from "../../lib/contract/codec.ts";
import { Repo, Requester } from "../../lib/contract/names.ts";
import { numberArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { momentArg } from "../args/moment-arg.ts";
import { defaulted, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { listBuilds } from "./list.ts";

const Status = choice("BuildRowStatus", ["completed", "failed", "rejected", "running", "waiting"]);

const queryArgs = ({ env, now }: CliEnv) => ({
  repo: optional(env, { long: "repo", type: textArg("repo", Repo), about: "only of this repository" }),
  status: optional(env, {
    long: "status",
    type: textArg("status", Status),
    about: `only those that are now ${Status.sentence}`,
  }),
  requester: optional(env, {
    long: "requester",
    type: textArg("requester", Requester),
    about: "only what this requester asked for",
  }),
  sinceMs: optional(env, {
    long: "since",
    type: momentArg(now),
    about: "only what was asked for since: 2h, yesterday 14:00 (local time), 2026-01-31 or 2026-01-31 14:00 (UTC)",
  }),
});

export const buildsCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd builds",
      args: {
        limit: defaulted(
          cli.env,
          {
            ...{ long: "limit", short: "n", type: numberArg("count", integer("Limit", 1, 1_000)) },
            ...{ about: "at most so many", shown: "20" },
          },
          () => right(20),
        ),
        ...queryArgs(cli),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [{ command: "hd builds --status failed --since 7d", description: "which builds failed this week" }],
      handler: ({ form, connection, ...query }): Promise<Ended> =>
        withConnection(cli, connection, form, (made) => listBuilds(cli, made, { form, query })),
    }),
  );
