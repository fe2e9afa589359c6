/** `hd alerter` as a command line. The rules are read, and refused, before anything is connected. */
import { command } from "cmd-ts";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { AlertRules } from "../../lib/contract/alert-rules.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Requester } from "../../lib/contract/names.ts";
import type { LoadedRules } from "../../lib/fleet/load-rules.ts";
import { rulesArgs, rulesGiven } from "../alerts/rules-args.ts";
import { accessArgs } from "../args/access-args.ts";
import { textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { durationArg } from "../args/duration-arg.ts";
import { flag } from "../args/flag.ts";
import { metricsArg } from "../args/metrics-arg.ts";
import { defaulted } from "../args/option.ts";
import { reachedBy } from "../connection/access.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";

const refused = (why: string): Either<Failure, never> =>
  left(failure("invalid_request", `The alerter is not started: ${why}.`));

/** Where nobody is to be told, an alerter would only look busy. */
const rulesOf = ({ rules, file }: LoadedRules): Either<Failure, AlertRules> =>
  rules.sinks.length > 0
    ? right(rules)
    : refused(`${file} names no sink, so nobody would be told anything; write [sinks.<name>] with its type`);

const argsOf = (cli: CliEnv) => ({
  ...rulesArgs(cli),
  metrics: metricsArg(cli.env, ["HOMELAB_DEPLOY_METRICS"]),
  tickMs: defaulted(
    cli.env,
    { long: "every", type: durationArg(), about: "how often it looks for what is absent", shown: "15s" },
    () => right(15_000),
  ),
  requester: defaulted(
    cli.env,
    {
      long: "as",
      type: textArg("name", Requester),
      about: "the alerter's own name; the server must know its key by it",
      env: ["HOMELAB_DEPLOY_REQUESTER"],
      shown: "alerter",
    },
    () => right("alerter" as Requester),
  ),
  debug: flag(cli.env, { long: "debug", about: "log more", env: "HOMELAB_DEPLOY_DEBUG" }),
  access: accessArgs(cli),
});

export const alerterCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd alerter",
      args: argsOf(cli),
      examples: [
        {
          command: "hd alerter --rules alerts.toml --nkey-file /run/credentials/hd-alerter/key",
          description: "tell people of what the rules name, until it is ended",
        },
      ],
      handler: async ({ rules, fleet, access, metrics, requester, tickMs, debug }): Promise<Ended> => {
        const loaded = await rulesGiven({ rules, fleet });
        if (isLeft(loaded)) return loaded;
        const read = rulesOf(loaded.right);
        if (isLeft(read)) return read;
        // Of no context: a service is told all it needs.
        const reached = reachedBy(access, undefined);
        if (isLeft(reached)) return refused(reached.left);
        const { servers, credentials, tls } = reached.right;
        const { version } = cli;
        return right(
          await cli.alert({ servers, credentials, tls, requester, rules: read.right, metrics, tickMs, debug, version }),
        );
      },
    }),
  );
