/**
 * Builds the system of a host with Nix, pinned to a commit. The result is read from the link that Nix leaves, which also
 * keeps it from being collected as garbage until the next build; no output passes through a pipe.
 */
import { readlink } from "node:fs/promises";
import { type Either, isRight, left, right } from "fp-ts/lib/Either.js";
import { read } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import { scrub } from "../contract/scrub.ts";
import { StorePath } from "../contract/values.ts";
import type { Resolved } from "../host/engine.ts";
import { nixBuild } from "./commands.ts";
import { firstError } from "./first-error.ts";
import { flakeHosts } from "./flake-hosts.ts";
import { type FlakeUrl, toplevel } from "./flake-url.ts";
import { type Done, type Workplace, work } from "./workplace.ts";

export interface Build {
  readonly flake: FlakeUrl;
  readonly resolved: Resolved;
  readonly host: HostName;
  readonly outLink: string;
  readonly timeLeftMs: () => number;
}

const failed = (message: string): Failure => failure("build_failed", scrub(message));

/** The hosts a flake configures; `undefined` when it cannot say. This only makes a message better. */
const knownHosts = async (place: Workplace, { flake, resolved, timeLeftMs }: Build): Promise<string | undefined> => {
  const listed = await flakeHosts(place, flake, resolved, timeLeftMs());
  return isRight(listed) && listed.right.length > 0 ? listed.right.join(", ") : undefined;
};

const subject = ({ host, resolved }: Build): string => `Building ${host} at ${resolved.commit.slice(0, 12)}`;

const whyFailed = async (place: Workplace, build: Build, { output, code, signal }: Done): Promise<string> => {
  const lacksHost =
    output.includes("does not provide attribute") && output.includes(`nixosConfigurations."${build.host}"`);
  const hosts = lacksHost ? await knownHosts(place, build) : undefined;
  if (hosts !== undefined) return `${subject(build)} failed: the flake has no host ${build.host}; it has ${hosts}.`;
  const error = firstError(output) ?? `nix ended with ${signal ?? `exit code ${code}`} and named no error`;
  return `${subject(build)} failed: ${error}. Mend the configuration, push it, and deploy the new commit.`;
};

const built = async (build: Build): Promise<Either<Failure, StorePath>> => {
  const target = await readlink(build.outLink).catch(() => undefined);
  const closure = read(StorePath, target);
  if (closure !== undefined) return right(closure);
  return left(failed(`${subject(build)} left no system behind ${build.outLink}. See that its folder can be written.`));
};

/** Fails with `build_failed` or `timeout`. */
export const buildSystem = async (place: Workplace, build: Build): Promise<Either<Failure, StorePath>> => {
  const timeoutMs = build.timeLeftMs();
  const done = await work(place, nixBuild(toplevel(build.flake, build.resolved, build.host), build.outLink), timeoutMs);
  if (done.notStarted !== null)
    return left(failed(`${subject(build)} failed: ${done.notStarted}. Mend the host's PATH.`));
  if (done.timedOut) {
    const limit = `${Math.round(timeoutMs / 1000)} s`;
    return left(
      failure(
        "timeout",
        `${subject(build)} took longer than the ${limit} left to it and was ended. Allow more time, or build it beforehand.`,
      ),
    );
  }
  return done.code === 0 ? built(build) : left(failed(await whyFailed(place, build, done)));
};
