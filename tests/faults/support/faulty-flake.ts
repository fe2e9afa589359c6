/**
 * The gated flake with builds that misbehave, a branch for each, and a switch that does what a test has laid into the folder
 * of the host, once: the file `on-switch` there is a piece of shell that may use $action, $new and $root.
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FlakeCommit } from "../../../cli/up/flake/playground-flake.ts";
import type { Repository } from "../../../lib/nix/git-repository.ts";
import { gatedCommits, switchProgram } from "../../e2e/support/gated-flake.ts";
import { makeTestRepository } from "../../support/flake.ts";

const hook = `if [ -f "$root/on-switch" ]; then
  mv "$root/on-switch" "$root/on-switch.taken"
  . "$root/on-switch.taken"
fi

case $action in`;

/**
 * Where the test plays the unit manager, the folder has the file `unit`: the version of hd that the listener's unit runs. A
 * switch to a system with another one changes it and ends the listener, as the restart of a changed unit does: a switch goes
 * on when the old process has ended, and does not wait for the new one.
 */
const restartUnit = `
if [ -f "$root/unit" ] && ! cmp -s "$root/unit" "$new/hd-version"; then
  cp "$new/hd-version" "$root/unit"
  old=$(cat "$root/listener.pid")
  kill "$old" || true
  while kill -0 "$old"; do sleep 0.02; done 2> /dev/null
fi
`;

const mebibyte = 1024 ** 2;

const flood = (bytes: number): string =>
  `yes "a build that has a lot to say, and says it again" | head -c ${bytes}; echo flooded > "$out"`;

/** The configuration scripts of a host, which the simulated engine runs as a build. */
const builds: Readonly<Record<string, string>> = {
  hangs: "sleep 600",
  // It hears every signal but the last one, and so do its children.
  deaf: "trap '' TERM INT HUP; while :; do sleep 0.2; done",
  forks: "for n in 1 2 3 4 5 6 7 8; do (sleep 600 & sleep 600 & wait) & done; wait",
  "floods-64": flood(64 * mebibyte),
  "floods-1024": flood(1024 * mebibyte),
  fills: `head -c ${64 * mebibyte} /dev/zero > "$out"`,
};

const hooked = (commit: FlakeCommit): FlakeCommit => ({
  ...commit,
  files: [
    ...commit.files.map((file) =>
      file.path === switchProgram
        ? { ...file, text: file.text.replace("case $action in", () => hook) + restartUnit }
        : file,
    ),
    { path: "system/hd-version", text: `${commit.tag ?? commit.branch}\n`, executable: false },
  ],
});

/** Its version of hd does not start. */
export const brokenUpgrade = "broken-hd";

const brokenHd = ({ files }: FlakeCommit): FlakeCommit => ({
  branch: brokenUpgrade,
  message: "Upgrade hd",
  files: files.map((file) => (file.path === "system/hd-version" ? { ...file, text: `${brokenUpgrade}\n` } : file)),
});

const misbuilt = ({ files }: FlakeCommit, branch: string, script: string): FlakeCommit => ({
  branch,
  message: `A build that ${branch}`,
  files: files.map((file) =>
    file.path.startsWith("hosts/") ? { ...file, text: `#!/bin/sh\nset -eu\n${script}\n` } : file,
  ),
});

export const makeFaultyFlake = (dir: string, hosts: readonly string[]): Promise<Repository> => {
  const commits = gatedCommits(hosts).map(hooked);
  const [good] = commits;
  if (good === undefined) throw new Error("the playground's flake has no commits");
  const bad = Object.entries(builds).map(([branch, script]) => misbuilt(good, branch, script));
  return makeTestRepository(dir, [...commits, brokenHd(good), ...bad]);
};

/** What the next switch of a host does before its own work. */
export const onSwitch = async (root: string, script: string): Promise<void> => {
  const draft = join(root, "on-switch.draft");
  await writeFile(draft, `${script}\n`);
  await rename(draft, join(root, "on-switch"));
};
