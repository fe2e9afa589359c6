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
import { positional } from "../args/positional.ts";
import { sendingArgs, sendingOf } from "../args/sending-args.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { replay } from "./replay.ts";

const whomArgs = ({ env }: CliEnv) => ({
  only: many(env, {
    long: "only",
    type: textArg("outcome", Outcome),
    about: `only its hosts that are, each: ${Outcome.sentence}; several as failed,unreachable`,
  }),
  to: many(env, { long: "to", type: plainArg("target"), about: "another target instead of its own; repeat it" }),
  asOfBranch: flag(env, { long: "as-of-branch", about: "have the revision resolved anew, not pinned to its commit" }),
});

export const replayCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd replay",
      args: {
        id: positional(textArg("id", RequestId), "the id of a request, as hd deploy and hd history print it"),
        ...whomArgs(cli),
        reason: optional(cli.env, {
          long: "reason",
          type: plainArg("text"),
          about: "why, for the history",
          shown: "replay of <id>, and its reason",
        }),
        dryRun: flag(cli.env, { long: "dry-run", about: "print what would be sent, and send nothing" }),
        ...sendingArgs(cli),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd replay 01JQ5S8Z7Y3M9K2N4P6R8T0V1W", description: "the same request again, at the same commit" },
        {
          command: "hd replay 01JQ5S8Z7Y3M9K2N4P6R8T0V1W --only failed,unreachable",
          description: "only the hosts where it did not work",
        },
        {
          command: "hd replay 01JQ5S8Z7Y3M9K2N4P6R8T0V1W --to prod/all --dry-run",
          description: "see what would be sent to another target",
        },
      ],
      handler: async ({ connection, ...given }): Promise<Ended> => {
        if (given.only.length > 0 && given.to.length > 0)
          return left(failure("invalid_request", "--only is for the request's own hosts, --to for others; give one."));
        const args = sendingOf(given);
        if (isLeft(args)) return args;
        return withConnection(cli, connection, given.form, (made) => replay(cli, made, args.right));
      },
    }),
  );
