/**
 * Builds the system of a host with Nix, pinned to a commit. The result is read from a link that only this build can have left:
 * the root of the host still leads to what was built before, and is moved on only when something newer is there. No output
 * passes through a pipe.
 */
import { type Either, isRight, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import { scrub } from "../contract/scrub.ts";
import type { StorePath } from "../contract/values.ts";
import type { Resolved } from "../host/engine.ts";
import { closureBehind, withFreshLink } from "./built-link.ts";
import { nixBuild } from "./commands.ts";
import { firstError } from "./first-error.ts";
import { flakeHosts } from "./flake-hosts.ts";
import { type FlakeUrl, toplevel } from "./flake-url.ts";
import { type Done, type Workplace, work } from "./workplace.ts";

export interface Build {
  readonly flake: FlakeUrl;
  readonly resolved: Resolved;
  readonly host: HostName;
  /** Keeps what was built last from being collected as garbage. */
  readonly root: string;
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

/** Nix registers the root itself; the path is valid, so that nothing is built for it. */
const keepMs = 60_000;

const keep = async (place: Workplace, build: Build, closure: StorePath): Promise<Either<Failure, StorePath>> => {
  const done = await work(place, nixBuild(closure, build.root), keepMs);
  if (done.code === 0 && (await closureBehind(build.root)) === closure) return right(closure);
  const why = firstError(done.output);
  const clause = why === undefined ? "" : `: ${why}`;
  return left(failed(`${subject(build)} went well, but ${build.root} could not be made its root${clause}. Mend that.`));
};

const built = async (place: Workplace, build: Build, link: string): Promise<Either<Failure, StorePath>> => {
  const closure = await closureBehind(link);
  if (closure !== undefined) return keep(place, build, closure);
  return left(
    failed(
      `${subject(build)} left no system: Nix ended well, and made no link to an output \`out\`. It has to be the first.`,
    ),
  );
};

const late = (build: Build, timeoutMs: number): Failure =>
  failure(
    "timeout",
    `${subject(build)} took longer than the ${Math.round(timeoutMs / 1000)} s left to it and was ended. Allow more time, or build it beforehand.`,
  );

const buildTo = async (place: Workplace, build: Build, link: string): Promise<Either<Failure, StorePath>> => {
  const timeoutMs = build.timeLeftMs();
  const done = await work(place, nixBuild(toplevel(build.flake, build.resolved, build.host), link), timeoutMs);
  if (done.notStarted !== null)
    return left(failed(`${subject(build)} failed: ${done.notStarted}. Mend the host's PATH.`));
  if (done.timedOut) return left(late(build, timeoutMs));
  return done.code === 0 ? built(place, build, link) : left(failed(await whyFailed(place, build, done)));
};

/** Fails with `build_failed` or `timeout`. */
export const buildSystem = async (place: Workplace, build: Build): Promise<Either<Failure, StorePath>> => {
  const ended = await withFreshLink(build.root, (link) => buildTo(place, build, link));
  if (isRight(ended)) return ended.right;
  return left(
    failed(`${subject(build)} was not begun: ${ended.left}. See that the folder of ${build.root} can be written.`),
  );
};
