/**
 * Finds a commit by its hash among the branches and tags of a remote. A hash is looked up in a copy of the remote's own
 * history, because a server may hand out any commit it has, such as one of somebody's fork or one that was forced away.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { read } from "../contract/codec.ts";
import type { Failure } from "../contract/failure.ts";
import { Commit } from "../contract/values.ts";
import type { Resolved } from "../host/engine.ts";
import { gitCommitOf, gitFetch, gitInit, gitRefsWith, gitVersion } from "./commands.ts";
import type { FlakeUrl } from "./flake-url.ts";
import { type Git, unreachable } from "./git.ts";
import type { Argv } from "./launch.ts";

/** `ambiguous`: more than one commit begins with these digits. */
export type Found = Resolved | "none" | "ambiguous";

const refspecs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

/**
 * A git that cannot be told to leave missing files missing goes looking for them, from a server that only serves files
 * without end. GIT_NO_LAZY_FETCH, which tells it, came with 2.44.
 */
const canLeaveFilesOut = (version: string): boolean => {
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  return major > 2 || (major === 2 && minor >= 44);
};

/** Left unless every command ends with 0. */
const copyHistory = async (git: Git, flake: FlakeUrl, repository: string): Promise<Either<Failure, void>> => {
  const version = await git(gitVersion);
  if (version._tag === "Left") return version;
  const commitsOnly = canLeaveFilesOut(version.right.stdout);
  const fetch = gitFetch({ repository, remote: flake.remote, refspecs, commitsOnly });
  const commands: readonly Argv[] = [gitInit(repository, { bare: true }), fetch];
  for (const argv of commands) {
    const ran = await git(argv);
    if (ran._tag === "Left") return ran;
    if (ran.right.code !== 0) return left(unreachable(flake, ran.right));
  }
  return right(undefined);
};

const lookUp = async (git: Git, repository: string, hash: string): Promise<Either<Failure, Found>> => {
  const parsed = await git(gitCommitOf(repository, hash));
  if (parsed._tag === "Left") return parsed;
  const commit = read(Commit, parsed.right.stdout.trim());
  if (commit === undefined) return right(parsed.right.stderr.includes("is ambiguous") ? "ambiguous" : "none");
  const listed = await git(gitRefsWith(repository, commit));
  if (listed._tag === "Left") return listed;
  const [ref = ""] = listed.right.stdout.split("\n");
  return right(ref === "" ? "none" : { commit, ref });
};

/** `hash`: at least seven hex digits. */
export const findCommit = async (git: Git, flake: FlakeUrl, hash: string): Promise<Either<Failure, Found>> => {
  const repository = await mkdtemp(join(tmpdir(), "hd-resolve-"));
  try {
    const copied = await copyHistory(git, flake, repository);
    return copied._tag === "Left" ? copied : await lookUp(git, repository, hash);
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
};
