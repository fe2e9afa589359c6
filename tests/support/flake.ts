/** The playground's flake as a real git repository, for every test that deploys something. */
import { type Playground, playgroundFlake } from "../../cli/up/flake/playground-flake.ts";
import { makeRepository, type Repository, type RepositoryCommit } from "../../lib/nix/git-repository.ts";
import { nixSystem } from "../../lib/nix/nix-system.ts";

export const makeTestRepository = async (dir: string, commits: readonly RepositoryCommit[]): Promise<Repository> => {
  const made = await makeRepository(dir, commits)();
  if (made._tag === "Left") throw new Error(made.left.message);
  return made.right;
};

/** Revisions: `v1` (good), `main` and `v2` (better), `broken`. */
export const makePlaygroundFlake = (
  dir: string,
  hosts: Playground["hosts"] = ["web1", "web2", "lab1"],
): Promise<Repository> => makeTestRepository(dir, playgroundFlake({ hosts, system: nixSystem() }));
