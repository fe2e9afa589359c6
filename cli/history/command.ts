/** `hd history` as a command line. Each filter leaves out rows; none given, the newest of all come. */
import { command } from "cmd-ts";
import { left, right } from "fp-ts/lib/Either.js";
import { type Codec, integer } from "../../lib/contract/codec.ts";
import { failure } from "../../lib/contract/failure.ts";
import { Requester, Role, Tier } from "../../lib/contract/names.ts";
import { RequestId } from "../../lib/contract/values.ts";
import type { HistoryQuery } from "../../streams/history-query.ts";
import { numberArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { momentArg } from "../args/moment-arg.ts";
import { defaulted, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { history } from "./history.ts";
import { Asked, contradiction, placeArg, RowStatus } from "./query.ts";
import { summary } from "./summary.ts";

const filters = ({ env, now }: CliEnv) => {
  const filter = <A>(long: string, codec: Codec<A>, about: string) =>
    optional(env, { long, type: textArg(long, codec), about });
  return {
    place: optional(env, { long: "host", type: placeArg, about: "only this host: web1, or prod/web1" }),
    tier: filter("tier", Tier, "only this tier"),
    role: filter("role", Role, "only requests to this role"),
    requester: filter("requester", Requester, "only what this requester asked for"),
    status: filter("status", RowStatus, `only requests that are now ${RowStatus.sentence}`),
    action: filter("action", Asked, `only this action: ${Asked.sentence}`),
    id: filter("id", RequestId, "only this request"),
    sinceMs: optional(env, {
      long: "since",
      type: momentArg(now),
      about: "only what was recorded since: 2h, yesterday 14:00 (local time), 2026-01-31 or 2026-01-31 14:00 (UTC)",
    }),
    untilMs: optional(env, { long: "until", type: momentArg(now), about: "only what was recorded until then" }),
    before: optional(env, {
      long: "before",
      type: numberArg("sequence", integer("Before", 1, Number.MAX_SAFE_INTEGER)),
      about: "only what stands before this sequence in the log: the next page, as the last one tells it",
    }),
    scan: flag(env, { long: "scan", about: "look through as much of the log as it takes, however long that is" }),
  };
};

const inAllFlags = ({ env }: CliEnv) => ({
  summary: flag(env, {
    long: "summary",
    about: "each host in all: last success, last failure, how many ended how, how long they take",
  }),
  phases: flag(env, { long: "phases", about: "with --summary, also how long each phase takes" }),
});

/** Why it cannot be summed up: hosts are, from the log's index, which knows of hosts and endings only. */
const notSummed = (
  { role, requester, status, action, id, budget }: HistoryQuery,
  { inAll, phases }: { readonly inAll: boolean; readonly phases: boolean },
): string | undefined => {
  if (!inAll) return phases ? "--phases goes with --summary." : undefined;
  const given = Object.entries({ role, requester, status, action, id, scan: budget });
  const other = given.find(([, value]) => value !== undefined);
  return (
    other &&
    `--summary is of whole hosts: it goes with --host, --tier, --since, --until and --before, not --${other[0]}.`
  );
};

export const historyCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd history",
      args: {
        limit: defaulted(
          cli.env,
          {
            long: "limit",
            short: "n",
            type: numberArg("count", integer("Limit", 1, 100_000)),
            about: "at most so many",
            shown: "20",
          },
          () => right(20),
        ),
        ...filters(cli),
        ...inAllFlags(cli),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd history --host web1 -n 5", description: "the last five deployments of a host" },
        { command: "hd history --status failed --since 7d", description: "what failed this week" },
        { command: "hd history --requester alice -o ndjson", description: "as JSON lines" },
        { command: "hd history --summary --tier prod --since 30d", description: "how each host did this month" },
      ],
      handler: async ({ form, connection, place, summary: inAll, phases, scan, ...others }): Promise<Ended> => {
        const budget = scan ? Number.POSITIVE_INFINITY : undefined;
        const query = { ...others, budget, host: place?.host, tier: others.tier ?? place?.tier };
        const wrong = contradiction(query, place, "--") ?? notSummed(query, { inAll, phases });
        if (wrong !== undefined) return left(failure("invalid_request", wrong));
        return withConnection(cli, connection, form, (made) =>
          inAll ? summary(cli, made, { form, query: { ...query, phases } }) : history(cli, made, { form, query }),
        );
      },
    }),
  );
