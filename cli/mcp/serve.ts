/** `hd mcp`, once its options are known: who it works as, what its sessions have, and what carries them. */
import { isLeft, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { abilitiesOf } from "../../lib/contract/may-do.ts";
import type { CliEnv, Connection, McpIdentities } from "../env.ts";
import { exits } from "../exits.ts";
import { type Ended, lend } from "../work/with-bus.ts";
import { allTools } from "./all-tools.ts";
import type { Allowance, Scope } from "./allowance.ts";
import { type Link, linkTo } from "./link.ts";
import type { HttpOptions, McpOptions } from "./options.ts";
import { serverFor } from "./server.ts";
import type { Session } from "./session.ts";
import { type Streams, serveStdio } from "./stdio.ts";
import { tokensIn } from "./tokens.ts";

/** Clients give a call up after 60 s. */
const answerMs = 50_000;

type May = Allowance["may"];

/** What the key may do, asked once; a server that cannot be asked is asked again the next time. */
const abilities = (cli: CliEnv, connection: Connection): (() => Promise<May>) => {
  let known: Promise<{ readonly may: May } | undefined> | undefined;
  const ask = async () => {
    const may = await lend(cli.inspect(connection), async (inspection) => {
      const asked = await inspection.whoAmI()();
      if (isLeft(asked)) return asked;
      const limits = asked.right?.limits;
      return right(limits && abilitiesOf(limits, connection.requester));
    });
    return isLeft(may) ? undefined : { may: may.right };
  };
  return async () => {
    known ??= ask();
    const found = await known;
    if (found === undefined) known = undefined;
    return found?.may;
  };
};

interface Links {
  readonly own: Link;
  readonly admin: Link | undefined;
}

const sessionsOf = (cli: CliEnv, connection: Connection, { own, admin }: Links, options: McpOptions) => {
  const may = abilities(cli, connection);
  const { discoverSubject, unconfirmed, builds } = options;
  return (scope?: Scope, token?: string): Session => ({
    ...{ version: cli.version, now: cli.now, answerMs, token, tools: allTools },
    allowance: async () => ({ offers: { admin: admin !== undefined, builds }, may: await may(), scope }),
    ...{ identity: own.identity, admin: admin?.identity },
    options: { env: cli.env, repeated: connection.repeated, discoverSubject, unconfirmed },
    spend: () => undefined,
  });
};

/** What it needs beside the command's own world. */
export interface Outside {
  readonly streams: Streams;
  /** The text of a file that nobody else can read or change. */
  readonly ownFile: (what: string, path: string) => TaskEither<Failure, string>;
}

type SessionOf = (scope?: Scope, token?: string) => Session;

const byHttp = async (cli: CliEnv, { ownFile }: Outside, http: HttpOptions, session: SessionOf): Promise<Ended> => {
  const content = await ownFile("The file of tokens", http.tokensFile)();
  if (isLeft(content)) return content;
  const tokens = tokensIn(http.tokensFile, content.right);
  if (isLeft(tokens)) return tokens;
  // Nobody who is served on stdin waits for it to load.
  const { serveHttp } = await import("./serve-http.ts");
  const served = await serveHttp({
    ...{ address: http.address, names: http.names, tokens: tokens.right, now: cli.now, onInterrupt: cli.onInterrupt },
    serverOf: ({ scope, name }) => serverFor(session(scope, name)),
    say: (sentence) => cli.stderr.write(`${sentence}\n`),
  });
  return map(() => exits.done as number)(served);
};

const byStreams = async ({ onInterrupt }: CliEnv, { streams }: Outside, session: SessionOf): Promise<Ended> => {
  await serveStdio(serverFor(session()), streams, onInterrupt);
  return right(exits.done);
};

export const serve = async (cli: CliEnv, as: McpIdentities, options: McpOptions, outside: Outside): Promise<Ended> => {
  const own = linkTo(as.own, cli.connect);
  const admin = as.admin && linkTo(as.admin, cli.connect);
  const session = sessionsOf(cli, as.own, { own, admin }, options);
  const { http } = options;
  const ended = await (http === undefined ? byStreams(cli, outside, session) : byHttp(cli, outside, http, session));
  await Promise.all([own.close(), admin?.close()]);
  return ended;
};
