/**
 * Makes a git repository out of commits given as data: a work tree to edit, and a bare one beside it that serves as the
 * remote. The user's own configuration of git has no say in it, and none is written, so the same commits come out
 * everywhere.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import { gitEnvironment, gitReason } from "./git.ts";
import { run } from "./process.ts";

export interface RepositoryCommit {
  /** Made from where the last commit left off when it is new. */
  readonly branch: string;
  /** An annotated tag. */
  readonly tag?: string;
  readonly message: string;
  /** All files of the commit: what the last one had and this one does not is removed. */
  readonly files: readonly { readonly path: string; readonly text: string; readonly executable: boolean }[];
}

export interface Repository {
  readonly workTree: string;
  /** The flake URL of the bare repository. */
  readonly url: string;
}

/** Encodes all that a flake URL may not hold; encodeURIComponent leaves one of it. */
const fileFlakeUrl = (path: string): string =>
  `git+file://${path.split("/").map(encodeURIComponent).join("/").replaceAll("'", "%27")}`;

const timeoutMs = 60_000;

const identity = {
  GIT_AUTHOR_NAME: "hd",
  GIT_AUTHOR_EMAIL: "hd@localhost",
  GIT_COMMITTER_NAME: "hd",
  GIT_COMMITTER_EMAIL: "hd@localhost",
};
const firstCommitMs = Date.UTC(2026, 0, 1);

type Git = (...args: readonly string[]) => Promise<void>;

/** Throws what git says: the one caller turns it into a failure. */
const gitIn =
  (workTree: string, atMs: number): Git =>
  async (...args) => {
    const at = new Date(atMs).toISOString();
    const env = {
      ...gitEnvironment(process.env),
      ...identity,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_DATE: at,
    };
    const ran = await run(["git", "-C", workTree, ...args], { env, timeoutMs });
    if (ran.code !== 0) throw new Error(ran.notStarted ?? gitReason(ran));
  };

const commit = async (git: Git, workTree: string, { branch, tag, message, files }: RepositoryCommit): Promise<void> => {
  await git("checkout", "--quiet", "-B", branch);
  await git("rm", "-r", "--quiet", "--ignore-unmatch", "--", ".");
  for (const { path, text, executable } of files) {
    const target = join(workTree, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { mode: executable ? 0o755 : 0o644 });
  }
  await git("add", "--all", "--", ".");
  await git("commit", "--quiet", `--message=${message}`);
  if (tag !== undefined) await git("tag", "--annotate", `--message=${message}`, tag);
};

const make = async (dir: string, commits: readonly RepositoryCommit[]): Promise<Repository> => {
  const [workTree, bare] = [join(dir, "flake"), join(dir, "flake.git")];
  await mkdir(workTree, { recursive: true });
  const git = gitIn(workTree, firstCommitMs);
  const main = commits[0]?.branch ?? "main";
  await git("init", "--quiet", "--template=", `--initial-branch=${main}`);
  // Whoever edits it may have none of their own, and git commits nothing without one.
  await git("config", "user.name", identity.GIT_AUTHOR_NAME);
  await git("config", "user.email", identity.GIT_AUTHOR_EMAIL);
  for (const [index, one] of commits.entries())
    await commit(gitIn(workTree, firstCommitMs + index * 60_000), workTree, one);
  await git("checkout", "--quiet", main);
  await git("init", "--quiet", "--template=", "--bare", `--initial-branch=${main}`, "--", bare);
  await git("remote", "add", "origin", bare);
  await git("push", "--quiet", "--all", "--set-upstream", "origin");
  await git("push", "--quiet", "--tags", "origin");
  return { workTree, url: fileFlakeUrl(bare) };
};

/** Below `dir`: `flake`, to edit and push from, and `flake.git`, the remote. Whatever was there is replaced. */
export const makeRepository =
  (dir: string, commits: readonly RepositoryCommit[]): TaskEither<Failure, Repository> =>
  async (): Promise<Either<Failure, Repository>> => {
    try {
      for (const name of ["flake", "flake.git"]) await rm(join(dir, name), { recursive: true, force: true });
      return right(await make(dir, commits));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return left(
        failure("internal", `The git repository in ${dir} could not be made: ${why}. Mend that, then try again.`),
      );
    }
  };
