/** `hd deploy` as a command line. What it says about the request is what the route says. */
import { command } from "cmd-ts";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Repo } from "../../lib/contract/names.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { Action, UnitName } from "../../lib/contract/values.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { defaulted, many, optional } from "../args/option.ts";
import { positionals } from "../args/positional.ts";
import { revisionArgs, revisionOf } from "../args/revision-args.ts";
import { sendingArgs, sendingOf } from "../args/sending-args.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { type DeployArgs, deploy } from "./deploy.ts";

const { fields } = route.input;

const requestArgs = (cli: CliEnv) => ({
  ...revisionArgs(cli, fields.revision.sentence),
  action: defaulted(
    cli.env,
    {
      long: "action",
      type: textArg("action", Action),
      about: `${fields.action.sentence}: ${Action.sentence}`,
      shown: fields.action.fallback ?? "",
    },
    () => right(fields.action.fallback ?? "switch"),
  ),
  reason: optional(cli.env, { long: "reason", type: plainArg("text"), about: fields.reason.sentence }),
  ifCurrent: optional(cli.env, { long: "if-current", type: plainArg("store path"), about: fields.if_current.sentence }),
});

/** Who waits for nothing cannot wait for a build. */
const checkedArgs = (args: DeployArgs): Either<Failure, DeployArgs> => {
  if (args.buildFirst === undefined || !args.detach) return right(args);
  const why = "--build-first waits for the build, and --detach for nothing. Leave one of them out.";
  return left(failure("invalid_request", why));
};

/** What becomes of it where something is not as it should be. */
const cautionArgs = ({ env }: CliEnv) => ({
  noRollback: flag(env, { long: "no-rollback", about: "leave the new system as it is when it is not healthy" }),
  buildFirst: optional(env, {
    long: "build-first",
    type: textArg("repo", Repo),
    about:
      "let a builder build the hosts of this repository before anything is sent, and deploy what it built to each of them by itself",
  }),
  tolerateUnits: many(env, {
    long: "tolerate-unit",
    type: textArg("unit", UnitName),
    about: "a unit that may fail without making the deployment fail, such as nginx.service or backup-*; repeat it",
  }),
});

const examples = [
  { command: "hd deploy prod/web1", description: "deploy the branch main on one host" },
  {
    command: "hd deploy prod/role/web prod/dns1 -r v1.2",
    description: "deploy a tag on a role and one more host",
  },
  { command: "hd deploy prod/all --action dry-activate", description: "see what would change" },
  { command: "hd watch $(hd deploy prod/all --detach)", description: "send now, watch later" },
  {
    command: "hd deploy prod/all --build-first nixos",
    description: "send nothing to any host before all of them are built",
  },
  {
    command: 'hd deploy prod/web1 --override-freeze --reason "CVE fix"',
    description: "deploy although the tier is frozen",
  },
];

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
        ...sendingArgs(cli),
        connection: connectionArgs(cli),
      },
      examples,
      handler: async ({ connection, branch, ...given }): Promise<Ended> => {
        const revision = revisionOf(given.revision, branch);
        if (isLeft(revision)) return revision;
        const args = sendingOf({ ...given, revision: revision.right });
        if (isLeft(args)) return args;
        const checked = checkedArgs(args.right);
        if (isLeft(checked)) return checked;
        return withConnection(cli, connection, given.form, (made) => deploy(cli, made, checked.right));
      },
    }),
  );
