/**
 * A revision becomes a commit by asking the remote, every time: Nix's own cache would answer with an old commit, also for
 * a branch that is gone or a server that is down. A full hash is always a commit; otherwise a branch wins over a tag, and
 * both over a shortened hash.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Revision } from "../contract/values.ts";
import type { Resolved } from "../host/engine.ts";
import { gitLsRemote } from "./commands.ts";
import { findCommit } from "./find-commit.ts";
import type { FlakeUrl } from "./flake-url.ts";
import { type Git, type GitOptions, gitCaller, unreachable } from "./git.ts";
import { nearest } from "./nearest.ts";
import { parseRefs, type RemoteRef, shortName } from "./remote-refs.ts";

type Answer<A> = Promise<Either<Failure, A>>;

/** All branches and tags where no patterns are given. */
export const listRefs = async (
  git: Git,
  flake: FlakeUrl,
  patterns: readonly string[],
): Answer<readonly RemoteRef[]> => {
  const ran = await git(gitLsRemote(flake.remote, patterns));
  if (ran._tag === "Left") return ran;
  return ran.right.code === 0 ? right(parseRefs(ran.right.stdout)) : left(unreachable(flake, ran.right));
};

const resolvedBy = ({ ref, commit }: RemoteRef): Resolved => ({ ref, commit });

/** The candidates in the order in which they win. */
const fullNames = (name: string): readonly string[] =>
  name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];

const byName = async (git: Git, flake: FlakeUrl, name: string): Answer<Resolved | undefined> => {
  const candidates = fullNames(name);
  // git takes a pattern for the end of a ref, so the list may hold more than was asked for.
  const listed = await listRefs(
    git,
    flake,
    candidates.flatMap((ref) => [ref, `${ref}^{}`]),
  );
  if (listed._tag === "Left") return listed;
  const found = candidates.flatMap((candidate) => listed.right.filter(({ ref }) => ref === candidate))[0];
  return right(found && resolvedBy(found));
};

const notFound = (flake: FlakeUrl, revision: string, why: string, advice: string): Failure =>
  failure("revision_not_found", `${flake.redacted} has no ${why} ${revision}. ${advice}`);

const byHash = async (git: Git, flake: FlakeUrl, hash: string): Answer<Resolved> => {
  const listed = await listRefs(git, flake, []);
  if (listed._tag === "Left") return listed;
  const tip = listed.right.find(({ commit, object }) => commit === hash || object === hash);
  if (tip !== undefined) return right(resolvedBy(tip));
  const found = await findCommit(git, flake, hash);
  if (found._tag === "Left") return found;
  if (found.right === "ambiguous") {
    return left(notFound(flake, hash, "single commit that begins with", "Give more of its digits."));
  }
  if (found.right !== "none") return right(found.right);
  return left(notFound(flake, hash, "branch or tag that holds a commit", "Push it, or name another revision."));
};

const suggest = async (git: Git, flake: FlakeUrl, revision: string): Answer<never> => {
  const listed = await listRefs(git, flake, []);
  if (listed._tag === "Left") return listed;
  const names = nearest(
    shortName(revision),
    listed.right.map(({ ref }) => shortName(ref)),
    5,
  );
  const advice =
    names.length === 0 ? "It has no branches or tags at all; push one first." : `Nearest are: ${names.join(", ")}.`;
  return left(notFound(flake, revision, "branch, tag or commit", advice));
};

const resolveWith = async (git: Git, flake: FlakeUrl, revision: string): Answer<Resolved> => {
  const hash = /^[0-9a-f]{7,40}$/i.test(revision) ? revision.toLowerCase() : undefined;
  if (hash?.length === 40) return byHash(git, flake, hash);
  const named = await byName(git, flake, revision);
  if (named._tag === "Left") return named;
  if (named.right !== undefined) return right(named.right);
  return hash === undefined ? suggest(git, flake, revision) : byHash(git, flake, hash);
};

/** Fails with `revision_not_found`, `unreachable` or `timeout`. */
export const resolveRevision =
  (options: GitOptions) =>
  (revision: Revision): TaskEither<Failure, Resolved> =>
  () =>
    resolveWith(gitCaller(options), options.flake, revision);
