/** `hd mcp` as a command line. */
import { command } from "cmd-ts";
import { left } from "fp-ts/lib/Either.js";
import { map as mapT, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { text } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Requester, Tier } from "../../lib/contract/names.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { discoverSubjectArg } from "../args/discover-subject-arg.ts";
import { flag } from "../args/flag.ts";
import { many, optional } from "../args/option.ts";
import { repeated } from "../connection/repeated.ts";
import { connectionOf } from "../connection/with-connection.ts";
import type { CliEnv, Connection } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { budgetArg, httpArg } from "./args.ts";
import type { HttpAddress } from "./options.ts";

const tools = ({ env }: CliEnv) => ({
  enableAdmin: flag(env, { long: "enable-admin", about: "offer deploy_admin: every tier, with a key of its own" }),
  adminKeyFile: optional(env, {
    long: "admin-nkey-file",
    type: plainArg("file"),
    about: "file with the NKey seed for deploy_admin",
    env: ["HOMELAB_DEPLOY_ADMIN_NKEY_FILE"],
  }),
  adminAs: optional(env, {
    long: "admin-as",
    type: textArg("name", Requester),
    about: "the requester's name that the server knows that key by",
    env: ["HOMELAB_DEPLOY_ADMIN_AS"],
  }),
  enableBuilds: flag(env, {
    long: "enable-builds",
    about: "offer build: a builder builds hosts, and nothing is deployed",
  }),
  confirmOutside: many(env, {
    long: "confirm-outside",
    type: textArg("tier", Tier),
    about: "a tier where no person has to confirm a deployment; repeat it for more (default: test)",
  }),
  flakeUrl: optional(env, {
    long: "flake-url",
    type: plainArg("url"),
    about: "the flake's repository, where a revision is looked up before a person is asked for a word about it",
    env: ["HOMELAB_DEPLOY_FLAKE_URL"],
  }),
  budget: optional(env, {
    long: "budget",
    type: budgetArg,
    about: "at most so many deployments an hour, with --http for each token, such as 10/h",
  }),
});

const HttpName = text("HttpName", {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
  maxLength: 253,
  sentence: "a name or an address, such as mcp.example.org",
});

const carriers = ({ env }: CliEnv) => ({
  http: optional(env, {
    long: "http",
    type: httpArg,
    about: "serve Streamable HTTP there, such as 127.0.0.1:7400, and not stdin and stdout",
  }),
  allowHost: many(env, {
    long: "allow-host",
    type: textArg("name", HttpName),
    about: "with --http: another name that clients reach it by; repeat it for more",
  }),
  tokensFile: optional(env, {
    long: "tokens",
    type: plainArg("file"),
    about: "with --http: whose bearer tokens are good and for what; see docs/mcp.md",
    env: ["HOMELAB_DEPLOY_MCP_TOKENS"],
  }),
});

interface Given {
  readonly http: HttpAddress | undefined;
  readonly tokensFile: string | undefined;
  readonly allowHost: readonly string[];
  readonly enableAdmin: boolean;
  readonly adminKeyFile: string | undefined;
  readonly adminAs: Requester | undefined;
  readonly enableBuilds: boolean;
  readonly confirmOutside: readonly Tier[];
  readonly budget: number | undefined;
  readonly flakeUrl: string | undefined;
  readonly discoverSubject: string;
}

const refused = (why: string): Ended => left(failure("invalid_request", `The MCP server is not started: ${why}.`));

/** Why the options do not go together, as a clause. */
const contradiction = ({
  enableAdmin,
  adminKeyFile,
  adminAs,
  http,
  tokensFile,
  allowHost,
}: Given): string | undefined => {
  if (enableAdmin && (adminKeyFile === undefined || adminAs === undefined))
    return "--enable-admin needs --admin-nkey-file <file> and --admin-as <name>, for a key that is no other's";
  if (http !== undefined && tokensFile === undefined)
    return "--http needs --tokens <file>: who may come in; see docs/mcp.md";
  if (http !== undefined) return undefined;
  if (allowHost.length > 0) return "--allow-host goes with --http";
  return tokensFile === undefined ? undefined : "--tokens goes with --http";
};

const once = <A>(task: () => Promise<A>): (() => Promise<A>) => {
  let done: Promise<A> | undefined;
  return () => {
    done ??= task();
    return done;
  };
};

/** The same servers, in another name. */
const adminOf = (
  own: TaskEither<Failure, Connection>,
  { enableAdmin, adminKeyFile: file, adminAs: requester }: Given,
): TaskEither<Failure, Connection> | undefined => {
  if (!enableAdmin || file === undefined || requester === undefined) return undefined;
  return mapT((connection: Connection) => ({ ...connection, credentials: { kind: "nkey" as const, file }, requester }))(
    own,
  );
};

const usual = ["test"] as readonly string[] as readonly Tier[];

const optionsOf = ({ http, tokensFile, allowHost, confirmOutside, ...given }: Given) => ({
  ...{ builds: given.enableBuilds, perHour: given.budget },
  ...{ flakeUrl: given.flakeUrl, discoverSubject: given.discoverSubject },
  unconfirmed: confirmOutside.length > 0 ? confirmOutside : usual,
  http: http === undefined || tokensFile === undefined ? undefined : { address: http, tokensFile, names: allowHost },
});

export const mcpCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd mcp",
      args: {
        ...carriers(cli),
        ...tools(cli),
        discoverSubject: discoverSubjectArg(cli),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd mcp --context home-claude", description: "on stdin and stdout, as a client starts it" },
        { command: "hd mcp --http 127.0.0.1:7400 --tokens tokens.json", description: "for clients that come by HTTP" },
      ],
      handler: async ({ connection, ...given }): Promise<Ended> => {
        const wrong = contradiction(given);
        if (wrong !== undefined) return refused(wrong);
        // As for a program: a lost connection is told to who calls a tool.
        const own = once(() => connectionOf(cli, connection, "json"));
        return cli.mcp(
          cli,
          { own, admin: adminOf(own, given) },
          { ...optionsOf(given), repeated: repeated(connection) },
        );
      },
    }),
  );
