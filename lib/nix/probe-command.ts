/**
 * A health check by a command: healthy is exit code 0. It gets a PATH and a HOME and nothing else of the job's environment,
 * which may hold secrets, and no shell. Past its deadline it is ended as a group, gently first, so it may take 6 s more.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { plain } from "../contract/plain.ts";
import { tailLines } from "../host/tail.ts";
import type { Environment } from "./git.ts";
import { seconds } from "./limit.ts";
import { type Ran, run } from "./process.ts";

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

export const probeCommand = async (
  command: readonly string[],
  env: Environment,
  timeoutMs: number,
): Promise<Either<string, void>> => {
  const [program, ...args] = command;
  if (program === undefined) return left("its command is empty");
  const ran = await run([program, ...args], { timeoutMs, env: environment(env), cwd: "/" });
  if (ran.notStarted !== null) return left(plain(ran.notStarted, 300));
  if (ran.code === 0 && !ran.timedOut) return right(undefined);
  const said = lastLine(ran);
  return left(plain(`${ending(program, ran, timeoutMs)}${said === undefined ? "" : `: ${said}`}`, 300));
};
