/** `hd builder` as a command line. The repositories are read, and refused, before anything is connected. */
import { command } from "cmd-ts";
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { BuildEngineKind } from "../../lib/contract/builder-options.ts";
import { integer } from "../../lib/contract/codec.ts";
import { failure } from "../../lib/contract/failure.ts";
import { Requester } from "../../lib/contract/names.ts";
import { accessArgs } from "../args/access-args.ts";
import { numberArg, plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { durationArg } from "../args/duration-arg.ts";
import { flag } from "../args/flag.ts";
import { metricsArg } from "../args/metrics-arg.ts";
import { defaulted, many, optional } from "../args/option.ts";
import { reachedBy } from "../connection/access.ts";
import type { CliEnv } from "../env.ts";
import { variable } from "../listener/variable.ts";
import type { Ended } from "../work/with-bus.ts";
import { repoArg, reposOf } from "./repos.ts";

const Parallel = integer("Parallel", 1, 64);

const minute = 60_000;

const duration = ({ env }: CliEnv, long: string, about: string, minutes: number, shown: string) =>
  defaulted(
    env,
    { long, type: durationArg(), about: `${about}; a bare number is seconds`, env: variable(long), shown },
    () => right(minutes * minute),
  );

const limitArgs = (cli: CliEnv) => ({
  hostMs: duration(cli, "timeout", "deadline for building one host", 30, "30m"),
  requestMs: duration(cli, "request-timeout", "deadline for all hosts of a request; the rest is skipped", 240, "4h"),
  resolveMs: duration(cli, "resolve-timeout", "deadline for asking the remote, and for naming its hosts", 5, "5m"),
  queueMs: duration(cli, "queue-timeout", "how long a request that names no expiry may wait", 60, "1h"),
  maxParallel: defaulted(
    cli.env,
    {
      long: "max-parallel",
      type: numberArg("count", Parallel),
      about: "hosts that are built at once; each evaluation takes a core and a gigabyte or more",
      env: variable("max-parallel"),
      shown: "2",
    },
    () => right(2),
  ),
});

const placeArgs = (cli: CliEnv) => ({
  stateDir: defaulted(
    cli.env,
    {
      long: "state-dir",
      type: plainArg("folder"),
      about: "where the links to what was built and the output of builds are kept",
      env: variable("state-dir"),
      shown: "/var/lib/homelab-deploy-builder",
    },
    () => right("/var/lib/homelab-deploy-builder"),
  ),
  engine: defaulted<BuildEngineKind>(
    cli.env,
    {
      ...{ long: "engine", type: textArg("engine", BuildEngineKind), about: BuildEngineKind.sentence },
      ...{ env: variable("engine"), hidden: true },
    },
    () => right("nix"),
  ),
  metrics: metricsArg(cli.env, variable("metrics")),
  debug: flag(cli.env, { long: "debug", about: "log more", env: "HOMELAB_DEPLOY_DEBUG" }),
});

const argsOf = (cli: CliEnv) => ({
  config: optional(cli.env, {
    long: "config",
    type: plainArg("file"),
    about: "file with the repositories, [repos.<name>], that may be built from",
    env: variable("builder-config"),
  }),
  repos: many(cli.env, {
    long: "repo",
    type: repoArg,
    about: "a repository that may be built from, and its URL; repeat it for more",
  }),
  requester: defaulted(
    cli.env,
    {
      long: "as",
      type: textArg("name", Requester),
      about: "the builder's own name; the server must know its key by it",
      env: ["HOMELAB_DEPLOY_REQUESTER"],
      shown: "builder",
    },
    () => right("builder" as Requester),
  ),
  ...limitArgs(cli),
  ...placeArgs(cli),
  access: accessArgs(cli),
});

export const builderCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd builder",
      args: argsOf(cli),
      examples: [
        {
          command: "hd builder --repo nixos=git+https://git.example.org/nixos",
          description: "serve build.nixos.<host> and build.nixos.all until it is ended",
        },
      ],
      handler: async ({
        config,
        repos,
        access,
        hostMs,
        requestMs,
        resolveMs,
        maxParallel,
        ...rest
      }): Promise<Ended> => {
        const known = await reposOf(config, repos);
        if (isLeft(known)) return known;
        // Of no context: a service is told all it needs.
        const reached = reachedBy(access, undefined);
        if (isLeft(reached)) return left(failure("invalid_request", `The builder is not started: ${reached.left}.`));
        const { servers, credentials, tls } = reached.right;
        const limits = { hostMs, requestMs, resolveMs, maxParallel };
        const options = { ...rest, servers, credentials, tls, limits, repos: known.right, version: cli.version };
        return right(await cli.build(options));
      },
    }),
  );
