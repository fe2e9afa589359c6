/** `hd approve` and `hd deny` as command lines. */
import { command } from "cmd-ts";
import { left } from "fp-ts/lib/Either.js";
import { Denial } from "../../lib/contract/ask.ts";
import { failure } from "../../lib/contract/failure.ts";
import { RequestId } from "../../lib/contract/values.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { maybePositionals, positionals } from "../args/positional.ts";
import { sendingArgs, sendingOf } from "../args/sending-args.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { approve } from "./approve.ts";
import { deny } from "./deny.ts";
import { listWishes } from "./list.ts";

const id = textArg("id", RequestId);
const about = "the id of a wish, as the assistant and hd approve --list tell it";

const wrong = (message: string): Ended => left(failure("invalid_request", message));

const approveArgs = (cli: CliEnv) => {
  const { overrideFreeze: _, ...sending } = sendingArgs(cli);
  return {
    ids: maybePositionals(id, about),
    list: flag(cli.env, { long: "list", about: "list the wishes that wait, and approve none" }),
    yes: flag(cli.env, {
      long: "yes",
      about: "send it without asking at the terminal; the plan is printed all the same",
    }),
    flakeUrl: optional(cli.env, {
      long: "flake-url",
      type: plainArg("url"),
      about: "the flake's repository, where the revision is looked up once more: one that has moved is refused",
      env: ["HOMELAB_DEPLOY_FLAKE_URL"],
    }),
    ...sending,
    connection: connectionArgs(cli),
  };
};

const examples = [
  { command: "hd approve --list", description: "what waits for a person" },
  { command: "hd approve 01JQ5S8Z7Y3M9K2N4P6R8T0V1W", description: "see the plan, and send it in your own name" },
];

export const approveCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd approve",
      args: approveArgs(cli),
      examples,
      handler: async ({ connection, list, ...given }): Promise<Ended> => {
        if (list && given.ids.length > 0) return wrong("--list approves nothing; leave out the ids, or --list.");
        if (list) return withConnection(cli, connection, given.form, (made) => listWishes(cli, made, given.form));
        if (given.ids.length === 0) return wrong("Give the id of a wish; see those that wait: hd approve --list");
        const args = sendingOf({ ...given, reason: undefined, overrideFreeze: false });
        if (args._tag === "Left") return args;
        return withConnection(cli, connection, given.form, (made) => approve(cli, made, args.right));
      },
    }),
  );

export const denyCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd deny",
      args: {
        ids: positionals(id, about),
        reason: optional(cli.env, { long: "reason", type: plainArg("text"), about: Denial.fields.reason.sentence }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: 'hd deny 01JQ5S8Z7Y3M9K2N4P6R8T0V1W --reason "not on a Friday"', description: "have it over with" },
      ],
      handler: async ({ connection, ...args }): Promise<Ended> =>
        withConnection(cli, connection, args.form, (made) => deny(cli, made, args)),
    }),
  );
