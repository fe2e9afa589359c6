/**
 * The playground's flake with a `switch-to-configuration` that leaves a mark each time it runs, so that a deployment that ran
 * twice shows, and that waits at a gate where the host has one, so that a test can hold a deployment for as long as it wants; so does its build.
 */
import { type FlakeFile, playgroundFlake } from "../../../cli/up/flake/playground-flake.ts";
import type { Repository } from "../../../lib/nix/git-repository.ts";
import { nixSystem } from "../../../lib/nix/nix-system.ts";
import { makeTestRepository } from "../../support/flake.ts";

/** Its output file bears the name of its request, which is all that tells it whom it works for. */
const marks = `output=$(readlink "/proc/$$/fd/2")
id=\${output##*/}
echo "\${id%.log} $action $new" >> "$root/runs"
if [ -p "$root/gate" ]; then
  echo "waiting at the gate" >&2
  read -r _ < "$root/gate"
fi

case $action in`;

const program = "system/bin/switch-to-configuration";

/** What was built once is not built again, so a gate holds the first build of a commit. */
const buildGate = `gate=\${out%/*/*/*}/build-gate
if [ -p "$gate" ]; then
  echo "waiting at the gate"
  read -r _ < "$gate"
fi
if [ "$port" -gt`;

const gated = ({ path, text, ...file }: FlakeFile): FlakeFile => {
  if (path === program) return { ...file, path, text: text.replace("case $action in", () => marks) };
  return { ...file, path, text: path.startsWith("hosts/") ? text.replace('if [ "$port" -gt', () => buildGate) : text };
};

export const makeGatedFlake = (dir: string, hosts: readonly string[]): Promise<Repository> =>
  makeTestRepository(
    dir,
    playgroundFlake({ hosts, system: nixSystem() }).map((commit) => ({ ...commit, files: commit.files.map(gated) })),
  );
