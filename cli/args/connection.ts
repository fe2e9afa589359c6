/** The options of every command that talks to NATS. The requester is a name: the server lets a key speak only for its own. */

import { Requester } from "../../lib/contract/names.ts";
import { ContextName } from "../../lib/contract/nats-context.ts";
import { localServer } from "../../lib/contract/server-address.ts";
import type { CliEnv } from "../env.ts";
import { accessArgs } from "./access-args.ts";
import { textArg } from "./arg-type.ts";
import { type OptionSpec, sourced } from "./option.ts";
import { together } from "./together.ts";

const contextOption: OptionSpec<ContextName> = {
  long: "context",
  type: textArg("name", ContextName),
  about: "NATS context to use",
  env: ["HOMELAB_DEPLOY_CONTEXT", "NATS_CONTEXT"],
  shown: "the selected one",
  section: "connection",
};

const requesterOption: OptionSpec<Requester> = {
  long: "as",
  type: textArg("name", Requester),
  about: "your name as the requester; the server must know your key by it",
  env: ["HOMELAB_DEPLOY_REQUESTER"],
  shown: "the context's, or your login name",
  section: "connection",
};

export const connectionArgs = (cli: CliEnv) =>
  together({
    context: sourced(cli.env, contextOption),
    access: accessArgs(cli, `the context's, or ${localServer}`),
    as: sourced(cli.env, requesterOption),
  });
