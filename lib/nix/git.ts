/**
 * Calling git: without a terminal to ask on, in its own language, and blind to the repository that hd may itself have been
 * started in. All calls made through one `Git` share one deadline. An exit code is the caller's to judge.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { plain } from "../contract/plain.ts";
import { scrub } from "../contract/scrub.ts";
import type { FlakeUrl } from "./flake-url.ts";
import type { Argv } from "./launch.ts";
import { type Ran, run } from "./process.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What git sets for its hooks and aliases, and what would make it look into the wrong repository. */
const ofAnotherRepository = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
];

const quietSsh = { GIT_SSH_COMMAND: "ssh -o BatchMode=yes" };

/** An empty GIT_ASKPASS keeps git from falling back to a program that opens a window. */
export const gitEnvironment = (env: Environment): Environment => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !ofAnotherRepository.includes(name))),
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: env["GIT_ASKPASS"] ?? "",
  ...(env["GIT_SSH_COMMAND"] === undefined && env["GIT_SSH"] === undefined ? quietSsh : {}),
});

export interface GitOptions {
  readonly flake: FlakeUrl;
  /** For all calls together. */
  readonly timeoutMs: number;
  readonly env: Environment;
  /** Once it is aborted nobody waits for an answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Right: git ran to its end. Left: it could not be started, the deadline passed, or nobody waits any more. */
export type Git = (argv: Argv) => Promise<Either<Failure, Ran>>;

const late = ({ flake, timeoutMs }: GitOptions): Failure =>
  failure(
    "timeout",
    `${flake.redacted} did not answer within ${timeoutMs / 1000} s. See whether it can be reached from this host, then try again.`,
  );

const givenUp = ({ flake }: GitOptions): Failure =>
  failure("cancelled", `What ${flake.redacted} was asked was given up before it answered.`);

const notStarted = (reason: string): Failure =>
  failure("unreachable", `The remote could not be asked: ${reason}. Put git on this host's PATH, then try again.`);

const isGivenUp = ({ signal }: GitOptions): boolean => signal?.aborted === true;

const unanswered = (options: GitOptions): Failure => (isGivenUp(options) ? givenUp(options) : late(options));

export const gitCaller = (options: GitOptions): Git => {
  const deadlineMs = performance.now() + options.timeoutMs;
  const env = { ...gitEnvironment(options.env), GIT_NO_LAZY_FETCH: "1" };
  return async (argv) => {
    const timeoutMs = deadlineMs - performance.now();
    if (timeoutMs <= 0 || isGivenUp(options)) return left(unanswered(options));
    const ran = await run(argv, { timeoutMs, env, cwd: "/", signal: options.signal });
    if (ran.notStarted !== null) return left(notStarted(ran.notStarted));
    return ran.timedOut ? left(unanswered(options)) : right(ran);
  };
};

const isNoise = (line: string): boolean => line === "" || /^(?:warning|hint):/i.test(line);

/** Why git failed, in one line: ssh and the server speak before git does, and are more exact. */
export const gitReason = ({ stderr, code, signal }: Pick<Ran, "stderr" | "code" | "signal">): string => {
  const lines = scrub(stderr)
    .split("\n")
    .map((line) => line.replace(/^(?:fatal|remote|error): +/, "").trim());
  const said = lines.filter((line) => !isNoise(line)).slice(0, 2);
  return said.length > 0
    ? plain(said.join("; ").replace(/\.$/, ""), 300)
    : `git ended with ${signal ?? `exit code ${code}`}`;
};

export const unreachable = ({ redacted }: FlakeUrl, ran: Ran): Failure =>
  failure(
    "unreachable",
    `${redacted} could not be read: ${gitReason(ran)}. Check the address and this host's access to it.`,
  );
