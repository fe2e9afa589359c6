/** `hd mcp`, once its options are known: who it works as, what its sessions have, and what carries them. */
import { isLeft, left, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { CliEnv, McpIdentities } from "../env.ts";
import { exits } from "../exits.ts";
import type { Ended } from "../work/with-bus.ts";
import { abilitiesBy } from "./abilities.ts";
import type { Scope } from "./allowance.ts";
import { budgets } from "./budget.ts";
import { type Link, linkTo } from "./link.ts";
import type { HttpOptions, McpOptions, ToolOptions } from "./options.ts";
import type { ServerOf } from "./sdk.ts";
import { serverFor } from "./server.ts";
import type { Session } from "./session.ts";
import { type Streams, serveStdio } from "./stdio.ts";
import { tokensIn } from "./tokens.ts";

/** Clients give a call up after 60 s. */
const answerMs = 50_000;

interface Links {
  readonly own: Link;
  readonly admin: Link | undefined;
  /** Aborted when whoever is served is gone. */
  readonly over: AbortSignal;
}

type SessionOf = (scope?: Scope, token?: string) => Session;

/** Once it is over nothing is started any more: there is nobody left who would end it. */
const resolver =
  ({ machine }: CliEnv, { flakeUrl }: McpOptions, over: AbortSignal): ToolOptions["resolve"] =>
  (revision, signal) => {
    if (over.aborted) return async () => left(failure("cancelled", "The session is over."));
    return flakeUrl === undefined ? async () => right(undefined) : machine.resolve(flakeUrl, revision, signal);
  };

const sessionsOf = (cli: CliEnv, as: McpIdentities, { own, admin, over }: Links, options: McpOptions): SessionOf => {
  const may = abilitiesBy(cli, as.own);
  const { discoverSubject, unconfirmed, builds, repeated } = options;
  const spendOf = budgets(options.perHour, cli.now);
  return (scope, token) => ({
    ...{ version: cli.version, now: cli.now, answerMs, token },
    tools: async () => (await import("./all-tools.ts")).allTools,
    allowance: async () => ({ offers: { admin: admin !== undefined, builds }, may: await may(), scope }),
    ...{ identity: own.identity, admin: admin?.identity },
    options: { env: cli.env, repeated, discoverSubject, unconfirmed, resolve: resolver(cli, options, over) },
    spend: spendOf(token),
  });
};

/** What it needs beside the command's own world. */
export interface Outside {
  readonly streams: Streams;
  /** The text of a file that nobody else can read or change. */
  readonly ownFile: (what: string, path: string) => TaskEither<Failure, string>;
  /** Ends what it has started and what still runs, such as a git whose remote never answers. */
  readonly endCommands: () => Promise<void>;
  /** Takes down that it serves by HTTP, for whoever started it as a service. */
  readonly isServing: (sentence: string) => void;
}

interface ByHttp {
  readonly as: McpIdentities;
  readonly http: HttpOptions;
}

const byHttp = async (
  cli: CliEnv,
  { ownFile, isServing }: Outside,
  { as, http }: ByHttp,
  session: SessionOf,
): Promise<Ended> => {
  const found = await as.own();
  if (isLeft(found)) return found;
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
    isServing,
  });
  return map(() => exits.done as number)(served);
};

/** How long a client that says nothing keeps what is wrong from being told. */
const silentMs = 1_000;

/** When the client has its first answer, for which nothing of the fleet is needed. */
const greeted = (server: ServerOf): Promise<void> =>
  new Promise((resolve) => {
    server.oninitialized = resolve;
    setTimeout(resolve, silentMs).unref();
  });

const byStreams = async (
  { onInterrupt }: CliEnv,
  { streams }: Outside,
  as: McpIdentities,
  sessionOf: SessionOf,
): Promise<Ended> => {
  const session = sessionOf();
  const server = serverFor(session);
  let ended: Ended = right(exits.done);
  const lookUp = async (): Promise<void> => {
    await greeted(server);
    const found = await as.own();
    if (isLeft(found)) {
      ended = found;
      await server.close();
    }
    // Whoever calls the first tool finds it connected.
    else await Promise.all([session.identity(), session.allowance(), session.tools()]);
  };
  void lookUp();
  await serveStdio(server, streams, onInterrupt);
  return ended;
};

export const serve = async (cli: CliEnv, as: McpIdentities, options: McpOptions, outside: Outside): Promise<Ended> => {
  const own = linkTo(cli, as.own);
  const admin = as.admin && linkTo(cli, as.admin);
  const over = new AbortController();
  const session = sessionsOf(cli, as, { own, admin, over: over.signal }, options);
  const { http } = options;
  const ended = await (http === undefined
    ? byStreams(cli, outside, as, session)
    : byHttp(cli, outside, { as, http }, session));
  over.abort();
  await Promise.all([own.close(), admin?.close(), outside.endCommands()]);
  return ended;
};
