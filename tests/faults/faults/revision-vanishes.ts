/**
 * What was resolved is gone when it is to be built: the branch was pushed over and its commit collected, or the repository is
 * gone. A stand-in stands before git on the host's PATH; it does the damage before the fetch of the build, then runs git.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Fault } from "../support/fault.ts";
import { makeFaultyFlake } from "../support/faulty-flake.ts";
import { hostNames } from "../support/host-names.ts";

const findGit = (): string => execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

/** `damage`: a piece of shell that is run once, in the bare repository. */
const gitBefore = (dir: string, bare: string, damage: string): string => {
  const folder = join(dir, "bin");
  mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh
# STAND-IN for git: spoils the remote before the first fetch, then runs git.
case " $* " in
  *" fetch "*) if mkdir "${dir}/spoilt" 2>/dev/null; then (cd "${bare}" && ${damage}) >&2; fi ;;
esac
exec ${findGit()} "$@"
`;
  writeFileSync(join(folder, "git"), script);
  chmodSync(join(folder, "git"), 0o755);
  return folder;
};

const vanishing = (name: string, about: string, damage: string): Fault => ({
  name,
  about,
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const flake = await makeFaultyFlake(join(stage.dir, "flake"), hostNames);
    const fleet = await stage.fleet({ flake });
    const bare = join(stage.dir, "flake", "flake.git");
    const PATH = [gitBefore(stage.dir, bare, damage), process.env["PATH"]].join(delimiter);
    await fleet.start("lab1", { PATH }).listening();
    const { status, event } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "main" }));
    stage.expect(status === "failed" && event.phase === "build", `it was gone, and ended ${status} in ${event.phase}`);
    stage.expect(fleet.runs("lab1").length === 0, "something was activated");
  },
});

export const branchVanishes = vanishing(
  "revision-vanishes",
  "the branch is pushed over and its commit collected between resolve and build (STAND-IN before git)",
  `${findGit()} tag -d v2 && ${findGit()} branch -f main v1 && ${findGit()} branch -f -D broken broken-hd floods-64 floods-1024 hangs deaf forks fills && ${findGit()} reflog expire --expire=now --all && ${findGit()} gc --quiet --prune=now`,
);
export const repositoryVanishes = vanishing(
  "repository-vanishes",
  "the repository is gone between resolve and build (STAND-IN before git)",
  'mv "$PWD" "$PWD.gone"',
);
