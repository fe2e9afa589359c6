/** The names of what a flake configures as hosts. Whatever stands there was written by somebody: none of them is a host's yet. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { scrub } from "../contract/scrub.ts";
import type { Resolved } from "../host/engine.ts";
import { nixHosts } from "./commands.ts";
import { firstError } from "./first-error.ts";
import { type FlakeUrl, pinned } from "./flake-url.ts";
import { gitEnvironment } from "./git.ts";
import { type Ran, run } from "./process.ts";
import type { Workplace } from "./workplace.ts";

const failed = (message: string): Failure => failure("build_failed", scrub(message));

/** `undefined`: it is no list of names. */
const namesIn = (json: string): readonly string[] | undefined => {
  try {
    const names: unknown = JSON.parse(json);
    return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
  } catch {
    return undefined;
  }
};

const judge = ({ notStarted, timedOut, code, signal, stdout, stderr }: Ran, what: string): Either<Failure, string> => {
  if (notStarted !== null) return left(failed(`${what}: ${notStarted}. Put Nix on this machine's PATH.`));
  if (timedOut) return left(failure("timeout", `${what}: it took too long and was ended. Allow more time.`));
  if (code === 0) return right(stdout);
  const error = firstError(stderr) ?? `nix ended with ${signal ?? `exit code ${code}`} and named no error`;
  return left(failed(`${what}: ${error}. Mend the flake, and push it.`));
};

/** Fails with `build_failed` or `timeout`. */
export const flakeHosts = async (
  { place, env }: Pick<Workplace, "place" | "env">,
  flake: FlakeUrl,
  resolved: Resolved,
  timeoutMs: number,
): Promise<Either<Failure, readonly string[]>> => {
  const what = `The hosts of ${flake.redacted} at ${resolved.commit.slice(0, 12)} cannot be listed`;
  const argv = place(nixHosts(pinned(flake, resolved)));
  const ran = await run(argv, { env: gitEnvironment(env), cwd: "/", timeoutMs: Math.max(1, timeoutMs) });
  const printed = judge(ran, what);
  if (isLeft(printed)) return printed;
  const names = namesIn(printed.right);
  return names === undefined ? left(failed(`${what}: nix printed no list of names.`)) : right(names);
};
