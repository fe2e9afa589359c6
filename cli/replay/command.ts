/** `hd replay` as a command line. */
import { command } from "cmd-ts";
import { isLeft, left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { RequestId } from "../../lib/contract/values.ts";
import { Outcome } from "../../streams/outcome.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { many, optional } from "../args/option.ts";
import { maybePositional } from "../args/positional.ts";
import { sendingArgs, sendingOf } from "../args/sending-args.ts";
import type { GivenConnection } from "../connection/access.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { type IntoRouter, intoRouter } from "./into-router.ts";
import { rehearsalArgs } from "./into-router-args.ts";
import { type ReplayArgs, replay } from "./replay.ts";

/** What a listener lets a request wait that names no expiry. */
const usualQueueMs = 60 * 60_000;

const whomArgs = ({ env }: CliEnv) => ({
  only: many(env, {
    long: "only",
    type: textArg("outcome", Outcome),
    about: `only its hosts that are, each: ${Outcome.sentence}; several as failed,unreachable`,
  }),
  to: many(env, { long: "to", type: plainArg("target"), about: "another target instead of its own; repeat it" }),
  asOfBranch: flag(env, { long: "as-of-branch", about: "have the revision resolved anew, not pinned to its commit" }),
});

const args = (cli: CliEnv) => ({
  id: maybePositional(textArg("id", RequestId), "the id of a request, as hd deploy and hd history print it"),
  ...whomArgs(cli),
  reason: optional(cli.env, {
    long: "reason",
    type: plainArg("text"),
    about: "why, for the history",
    shown: "replay of <id>, and its reason",
  }),
  dryRun: flag(cli.env, { long: "dry-run", about: "print what would be sent, and send nothing" }),
  ...sendingArgs(cli),
  ...rehearsalArgs(cli),
  connection: connectionArgs(cli),
});

const examples = [
  { command: "hd replay 01JQ5S8Z7Y3M9K2N4P6R8T0V1W", description: "the same request again, at the same commit" },
  {
    command: "hd replay 01JQ5S8Z7Y3M9K2N4P6R8T0V1W --only failed,unreachable",
    description: "only the hosts where it did not work",
  },
  {
    command: "hd replay 01JQ5S8Z7Y3M9K2N4P6R8T0V1W --to prod/all --dry-run",
    description: "see what would be sent to another target",
  },
  {
    command: "hd replay --into-router stream --only-different",
    description: "whether this version decides as it was decided",
  },
];

interface Given extends Omit<ReplayArgs, "id" | "expiresMs">, Omit<IntoRouter, "from" | "queueMs"> {
  readonly id: RequestId | undefined;
  readonly intoRouter: string | undefined;
  readonly queueMs: number | undefined;
  readonly expiresMs: number | undefined;
  readonly connection: GivenConnection;
}

const wrong = (message: string): Ended => left(failure("invalid_request", message));

/** What is for one way to replay only, and was given for the other. */
const misplaced = ({ intoRouter: from, ...given }: Given): string | undefined => {
  const { id, only, to, reason, asOfBranch, dryRun, overrideFreeze, noQueue, expiresMs, detach } = given;
  const { hosts, trustedKeysFile, queueMs, frozen, onlyDifferent } = given;
  const sends =
    id !== undefined ||
    [only, to].some(({ length }) => length > 0) ||
    (reason ?? expiresMs) !== undefined ||
    [asOfBranch, dryRun, overrideFreeze, noQueue, detach].includes(true);
  const rehearses =
    [hosts, frozen].some(({ length }) => length > 0) || (trustedKeysFile ?? queueMs) !== undefined || onlyDifferent;
  if (from !== undefined && sends)
    return "--into-router sends nothing: it takes no id, and no option of how a request is sent.";
  if (from === undefined && rehearses)
    return "--host, --trusted-keys, --queue-timeout, --freeze and --only-different belong to --into-router; give that, too.";
  return undefined;
};

const handle = async (cli: CliEnv, { connection, ...given }: Given): Promise<Ended> => {
  const misuse = misplaced({ connection, ...given });
  if (misuse !== undefined) return wrong(misuse);
  const { id, intoRouter: from, queueMs = usualQueueMs } = given;
  if (from !== undefined) return intoRouter(cli, connection, { ...given, from, queueMs });
  if (id === undefined) return wrong("Say what to replay: the id of a request, or --into-router for a rehearsal.");
  if (given.only.length > 0 && given.to.length > 0)
    return wrong("--only is for the request's own hosts, --to for others; give one.");
  const sending = sendingOf({ ...given, id });
  if (isLeft(sending)) return sending;
  return withConnection(cli, connection, given.form, (made) => replay(cli, made, sending.right));
};

export const replayCommand = (cli: CliEnv) =>
  commandLine(
    command({ name: "hd replay", args: args(cli), examples, handler: (given): Promise<Ended> => handle(cli, given) }),
  );
