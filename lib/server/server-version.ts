/** Asks a binary whether it is the program that it is taken for, runs here, and which. The answer is the only proof: a file name is none. */
import { existsSync } from "node:fs";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { run } from "../nix/process.ts";
import type { Program } from "./program.ts";
import { isAtLeast, versionIn } from "./version.ts";

const notRunning = (binary: string, missing: boolean, reason: string): string => {
  if (!missing) return `does not run (${reason})`;
  return existsSync(binary) ? "does not run here: the loader it was linked for is missing" : "does not exist";
};

/** Its version; or, as a clause that fits after the path, why it cannot serve. */
export const programVersion = async (
  { name, says, oldest }: Program,
  binary: string,
  env: NodeJS.ProcessEnv,
): Promise<Either<string, string>> => {
  const ran = await run([binary, "--version"], { env, timeoutMs: 10_000 });
  if (ran.notStarted !== null) return left(notRunning(binary, ran.missing, ran.notStarted));
  if (ran.timedOut) return left("does not answer to --version");
  const version = says.test(ran.stdout) ? versionIn(ran.stdout) : undefined;
  if (ran.code !== 0 || version === undefined) return left(`is not a ${name}: --version does not name one`);
  return isAtLeast(version, oldest) ? right(version) : left(`is ${version}, older than ${oldest}`);
};
