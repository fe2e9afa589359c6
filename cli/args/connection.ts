/** The options of every command that talks to NATS. The requester is a name: the server lets a key speak only for its own. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import { Requester } from "../../lib/contract/names.ts";
import type { CliEnv, Connection } from "../env.ts";
import { type ArgType, plainArg, textArg } from "./arg-type.ts";
import { defaulted, many, type OptionSpec, optional } from "./option.ts";
import type { OutputForm } from "./output-arg.ts";

const localServer = "nats://127.0.0.1:4222";

const urlArg: ArgType<string> = {
  name: "url",
  parse: (text) =>
    /^(?:(?:nats|tls):\/\/)?[^\s/]+$/.test(text) && URL.canParse(text.replace(/^(?:\w+:\/\/)?/, "http://"))
      ? right(text)
      : left("must be a NATS server such as nats://127.0.0.1:4222, tls://nats.example.org or host:port"),
};

export const serversOption: OptionSpec<string> = {
  long: "nats-url",
  type: urlArg,
  about: "NATS server; repeat it for a cluster",
  env: ["HOMELAB_DEPLOY_NATS_URL", "NATS_URL"],
  shown: localServer,
  section: "connection",
};

export const nkeyOption: OptionSpec<string> = {
  long: "nkey-file",
  type: plainArg("file"),
  about: "file with the NKey seed to log in with",
  env: ["HOMELAB_DEPLOY_NKEY_FILE", "NATS_NKEY"],
  section: "connection",
};

const requesterOption: OptionSpec<Requester> = {
  long: "as",
  type: textArg("name", Requester),
  about: "your name as the requester; the server must know your key by it",
  env: ["HOMELAB_DEPLOY_REQUESTER"],
  shown: "your login name",
  section: "connection",
};

const loginName = (cli: CliEnv) => (): Either<string, Requester> => {
  const login = cli.loginName();
  const name = read(Requester, login);
  if (name !== undefined) return right(name);
  const why = login === undefined ? "you have no login name here" : `your login name "${login}" cannot be one`;
  return left(`a requester's name is needed and ${why}; give --as <name>, or set HOMELAB_DEPLOY_REQUESTER`);
};

export const connectionArgs = (cli: CliEnv) => ({
  servers: many(cli.env, serversOption),
  nkeyFile: optional(cli.env, nkeyOption),
  as: defaulted(cli.env, requesterOption, loginName(cli)),
});

export const serversOf = ([first = localServer, ...more]: readonly string[]): readonly [string, ...string[]] => [
  first,
  ...more,
];

interface ConnectionArgs {
  readonly servers: readonly string[];
  readonly nkeyFile: string | undefined;
  readonly as: Requester;
}

/** Notices are for logs: a live picture says by itself when it is not current, and programs get documents. */
const noticeTo =
  ({ stderr }: CliEnv, form: OutputForm) =>
  (sentence: string) => {
    if (form === "table" && !stderr.isTTY) stderr.write(`${sentence}\n`);
  };

export const connectionOf = (
  cli: CliEnv,
  { servers, nkeyFile, as, form }: ConnectionArgs & { readonly form: OutputForm },
): Connection => ({ servers: serversOf(servers), nkeyFile, requester: as, notice: noticeTo(cli, form) });
