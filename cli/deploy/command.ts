/** `hd deploy` as a command line. What it says about the request is what the route says. */
import { command } from "cmd-ts";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { Action, isBlank, UnitName } from "../../lib/contract/values.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { durationArg } from "../args/duration-arg.ts";
import { flag } from "../args/flag.ts";
import { defaulted, many, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { positionals } from "../args/positional.ts";
import { timeoutArg } from "../args/timeout-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { type DeployArgs, deploy } from "./deploy.ts";

const { fields } = route.input;
const usualExpiryMs = 60 * 60_000;
/** Without a queue: long enough for a host that is there, too short for one that leaves and comes back. */
const noQueueExpiryMs = 30_000;

const wrong = (message: string) => left(failure("invalid_request", message));

/** The original tool called the revision a branch. */
const revisionOf = (revision: string | undefined, branch: string | undefined): Either<Failure, string> => {
  if (revision === undefined || branch === undefined) return right(revision ?? branch ?? "main");
  return wrong("--revision and --branch mean the same; give one of them.");
};

const expiryOf = (expiresMs: number | undefined, noQueue: boolean): Either<Failure, number> => {
  if (!noQueue) return right(expiresMs ?? usualExpiryMs);
  if (expiresMs === undefined) return right(noQueueExpiryMs);
  return wrong("--no-queue and --expires contradict each other: without a queue nothing waits. Give one of them.");
};

interface Given extends Omit<DeployArgs, "revision" | "expiresMs"> {
  readonly revision: string | undefined;
  readonly branch: string | undefined;
  readonly expiresMs: number | undefined;
}

/** What was given, where it makes sense together. */
const together = ({ revision, branch, ...given }: Given): Either<Failure, DeployArgs> => {
  const chosen = revisionOf(revision, branch);
  if (isLeft(chosen)) return chosen;
  const expiresMs = expiryOf(given.expiresMs, given.noQueue);
  if (isLeft(expiresMs)) return expiresMs;
  if (given.overrideFreeze && isBlank(given.reason))
    return wrong("--override-freeze needs --reason: why this cannot wait, for everybody who reads the history.");
  return right({ ...given, revision: chosen.right, expiresMs: expiresMs.right });
};

const requestArgs = ({ env }: CliEnv) => ({
  revision: optional(env, {
    long: "revision",
    short: "r",
    type: plainArg("revision"),
    about: fields.revision.sentence,
    shown: "main",
  }),
  branch: optional(env, { long: "branch", type: plainArg("revision"), about: "the same as --revision" }),
  action: defaulted(
    env,
    {
      long: "action",
      type: textArg("action", Action),
      about: `${fields.action.sentence}: ${Action.sentence}`,
      shown: fields.action.fallback ?? "",
    },
    () => right(fields.action.fallback ?? "switch"),
  ),
  reason: optional(env, { long: "reason", type: plainArg("text"), about: fields.reason.sentence }),
  ifCurrent: optional(env, { long: "if-current", type: plainArg("store path"), about: fields.if_current.sentence }),
});

/** What becomes of it where something is not as it should be. */
const cautionArgs = ({ env }: CliEnv) => ({
  noRollback: flag(env, { long: "no-rollback", about: "leave the new system as it is when it is not healthy" }),
  tolerateUnits: many(env, {
    long: "tolerate-unit",
    type: textArg("unit", UnitName),
    about: "a unit that may fail without making the deployment fail, such as nginx.service or backup-*; repeat it",
  }),
  overrideFreeze: flag(env, { long: "override-freeze", about: "deploy in spite of a freeze, with --reason" }),
  expiresMs: optional(env, {
    long: "expires",
    type: durationArg(),
    about: "how long the request may wait in the log; a host that reads it later rejects it",
    shown: "1h",
  }),
  noQueue: flag(env, { long: "no-queue", about: "send nothing if a host is away; what is sent expires after 30s" }),
});

export const deployCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd deploy",
      args: {
        targets: positionals(
          plainArg("target"),
          "prod/web1, prod/all, prod/role/web, a subject such as deploy.prod.web1, or an alias",
        ),
        ...requestArgs(cli),
        ...cautionArgs(cli),
        timeoutMs: timeoutArg(cli.env),
        detach: flag(cli.env, { long: "detach", about: "do not watch; print the request's id" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd deploy prod/web1", description: "deploy the branch main on one host" },
        {
          command: "hd deploy prod/role/web prod/dns1 -r v1.2",
          description: "deploy a tag on a role and one more host",
        },
        { command: "hd deploy prod/all --action dry-activate", description: "see what would change" },
        { command: "hd watch $(hd deploy prod/all --detach)", description: "send now, watch later" },
        {
          command: 'hd deploy prod/web1 --override-freeze --reason "CVE fix"',
          description: "deploy although the tier is frozen",
        },
      ],
      handler: async ({ connection, ...given }): Promise<Ended> => {
        const args = together(given);
        if (isLeft(args)) return args;
        return withConnection(cli, connection, given.form, (made) => deploy(cli, made, args.right));
      },
    }),
  );
