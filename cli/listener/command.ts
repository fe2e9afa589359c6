/** `hd listener` as a command line. Each option has its variable, so that a unit file needs none of them. */
import { command } from "cmd-ts";
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { EngineKind, type ListenerOptions } from "../../lib/contract/listener-options.ts";
import { HostName, Role, Tier } from "../../lib/contract/names.ts";
import { defaultTemplates } from "../../lib/contract/template.ts";
import { accessArgs } from "../args/access-args.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { discoverSubjectArg } from "../args/discover-subject-arg.ts";
import { durationArg } from "../args/duration-arg.ts";
import { flag } from "../args/flag.ts";
import { metricsArg } from "../args/metrics-arg.ts";
import { defaulted, many, optional, required } from "../args/option.ts";
import { subjectsOption } from "../args/subjects-option.ts";
import { reachedBy } from "../connection/access.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { deadlineArgs, deadlinesOf } from "./deadlines.ts";
import { readHealthChecks } from "./health-checks.ts";
import { restraintArgs } from "./restraints.ts";
import { variable } from "./variable.ts";

const identity = ({ env }: CliEnv) => ({
  hostname: required(env, {
    long: "hostname",
    type: textArg("name", HostName),
    about: "this host, as its configuration in the flake is called",
    env: variable("hostname"),
  }),
  tier: required(env, {
    long: "tier",
    type: textArg("tier", Tier),
    about: "its tier, such as prod or test",
    env: variable("tier"),
  }),
  roles: many(env, {
    long: "role",
    type: textArg("role", Role),
    about: "a role of this host; repeat it for more",
    env: variable("role"),
  }),
});

const telling = (env: CliEnv["env"]) => ({
  heartbeatMs: defaulted(
    env,
    {
      long: "heartbeat-interval",
      type: durationArg(0),
      about: "how often a reply_to hears that work goes on; a bare number is seconds, 0 is never",
      env: variable("heartbeat-interval"),
      shown: "15",
    },
    () => right(15_000),
  ),
  presenceMs: defaulted(
    env,
    {
      long: "presence-interval",
      type: durationArg(0),
      about: "how often this host says how it is when nothing changes; a bare number is seconds, 0 is never at all",
      env: variable("presence-interval"),
      shown: "60",
    },
    () => right(60_000),
  ),
});

const work = ({ env }: CliEnv) => ({
  flakeUrl: required(env, {
    long: "flake-url",
    type: plainArg("url"),
    about: "the flake to deploy from, such as git+https://git.example.org/nixos",
    env: variable("flake-url"),
  }),
  trustedKeysFile: optional(env, {
    long: "trusted-keys",
    type: plainArg("file"),
    about: "whose signed requests are served, and for what; without it NATS alone says who may ask",
    env: variable("trusted-keys"),
  }),
  healthChecksFile: optional(env, {
    long: "health-checks",
    type: plainArg("file"),
    about: "what is checked after an activation, as a list in JSON",
    env: variable("health-checks"),
  }),
  ...telling(env),
});

const place = ({ env }: CliEnv) => ({
  stateDir: defaulted(
    env,
    {
      long: "state-dir",
      type: plainArg("folder"),
      about: "where journals are kept; it must survive a restart of the machine",
      env: variable("state-dir"),
      shown: "/var/lib/homelab-deploy",
    },
    () => right("/var/lib/homelab-deploy"),
  ),
  engine: defaulted<EngineKind>(
    env,
    {
      long: "engine",
      type: textArg("engine", EngineKind),
      about: EngineKind.sentence,
      env: variable("engine"),
      hidden: true,
    },
    () => right("nixos"),
  ),
  metrics: metricsArg(env, variable("metrics")),
  debug: flag(env, { long: "debug", about: "log more", env: "HOMELAB_DEPLOY_DEBUG" }),
});

const argsOf = (cli: CliEnv) => ({
  ...identity(cli),
  ...work(cli),
  ...deadlineArgs(cli),
  ...restraintArgs(cli),
  ...place(cli),
  deploySubjects: many(cli.env, subjectsOption),
  discoverSubject: discoverSubjectArg(cli),
  access: accessArgs(cli),
});

type Given = Pick<
  ListenerOptions,
  | "flakeUrl"
  | "frozen"
  | "trustedKeysFile"
  | "timeoutMs"
  | "queueMs"
  | "heartbeatMs"
  | "presenceMs"
  | "stateDir"
  | "metrics"
  | "engine"
  | "debug"
  | "discoverSubject"
>;

const example = "hd listener --hostname web1 --tier prod --role web --flake-url git+https://git.example.org/nixos";

const refused = (why: string): Ended => left(failure("invalid_request", `The listener is not started: ${why}.`));

/** What goes on as it was given. */
const asGiven = (given: Given): Given => {
  const { flakeUrl, trustedKeysFile, frozen, timeoutMs, queueMs, heartbeatMs, presenceMs } = given;
  const { stateDir, metrics, engine, debug, discoverSubject } = given;
  return {
    ...{ flakeUrl, trustedKeysFile, frozen, timeoutMs, queueMs, heartbeatMs, presenceMs },
    ...{ stateDir, metrics, engine, debug, discoverSubject },
  };
};

export const listenerCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd listener",
      args: argsOf(cli),
      examples: [{ command: example, description: "serve deploy.prod.web1, deploy.prod.all and deploy.prod.role.web" }],
      handler: async ({ hostname, tier, roles, access, deploySubjects, healthChecksFile, ...rest }): Promise<Ended> => {
        // Of no context: a service is told all it needs.
        const reached = reachedBy(access, undefined);
        if (isLeft(reached)) return refused(reached.left);
        const deadlines = deadlinesOf(rest);
        if (isLeft(deadlines)) return refused(deadlines.left);
        const healthChecks = readHealthChecks(healthChecksFile);
        if (isLeft(healthChecks)) return refused(healthChecks.left);
        const { servers, credentials, tls } = reached.right;
        const options = {
          ...asGiven(rest),
          host: { hostname, tier, roles },
          ...{ servers, credentials, tls },
          deadlines: deadlines.right,
          healthChecks: healthChecks.right,
          rollback: !rest.noRollback,
          deploySubjects: deploySubjects.length > 0 ? deploySubjects : defaultTemplates,
          version: cli.version,
        };
        return right(await cli.listen(options));
      },
    }),
  );
