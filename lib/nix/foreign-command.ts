/**
 * A program that an operator names: a health check, or one that takes alerts. It gets a PATH and a HOME and nothing else of our
 * environment, which may hold secrets, and no shell. Past its deadline it is ended as a group, gently first, so it may take
 * 6 s more.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { plain } from "../contract/plain.ts";
import { tailLines } from "../host/tail.ts";
import type { Environment } from "./git.ts";
import { seconds } from "./limit.ts";
import { type Argv, type Ran, run } from "./process.ts";

/** Of the system that runs by now: the job's own PATH is older than that. */
const systemPrograms = "/run/current-system/sw/bin";

const environment = ({ PATH, HOME }: Environment): Environment => ({
  PATH: PATH === undefined || PATH === "" ? `${systemPrograms}:/usr/bin:/bin` : `${PATH}:${systemPrograms}`,
  ...(HOME === undefined ? {} : { HOME }),
  LC_ALL: "C.UTF-8",
});

/** Errors are explained on the one, results on the other. */
const lastLine = ({ stdout, stderr }: Ran): string | undefined => tailLines(stderr, 1)[0] ?? tailLines(stdout, 1)[0];

const ending = (program: string, ran: Ran, timeoutMs: number): string => {
  if (ran.timedOut) return `${program} took longer than ${seconds(timeoutMs)} and was ended`;
  return `${program} ended with ${ran.signal ?? `exit code ${ran.code}`}`;
};

/** Why it did not end well, as a clause. */
interface BadEnd {
  readonly why: string;
  /** It was ended in the midst of its work. */
  readonly perhaps: boolean;
}

interface Limits {
  readonly timeoutMs: number;
  readonly input?: string;
}

/** Well is exit code 0. */
export const foreignCommand = async (argv: Argv, env: Environment, limits: Limits): Promise<Either<BadEnd, void>> => {
  const ran = await run(argv, { ...limits, env: environment(env), cwd: "/" });
  if (ran.notStarted !== null) return left({ why: plain(ran.notStarted, 300), perhaps: false });
  if (ran.code === 0 && !ran.timedOut) return right(undefined);
  const said = lastLine(ran);
  const why = `${ending(argv[0], ran, limits.timeoutMs)}${said === undefined ? "" : `: ${said}`}`;
  return left({ why: plain(why, 300), perhaps: ran.code === null });
};

/** Gives an alert to a program, on its standard input. */
export const alertCommand =
  (env: Environment) =>
  (argv: Argv, input: string, timeoutMs: number): Promise<Either<BadEnd, void>> =>
    foreignCommand(argv, env, { timeoutMs, input });
