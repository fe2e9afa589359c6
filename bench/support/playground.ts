/**
 * The playground's flake on the host of the benchmarks, deployed by the product's own listener with the simulated engine. Its
 * switch waits at a fifo where there is one.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { playgroundFlake } from "../../cli/up/flake/playground-flake.ts";
import { makeRepository, type Repository } from "../../lib/nix/git-repository.ts";
import { nixSystem } from "../../lib/nix/nix-system.ts";
import type { Place } from "../place.ts";
import { product } from "./bundled.ts";
import type { LogServer } from "./log-server.ts";
import { host } from "./names.ts";
import { rightOf } from "./right-of.ts";
import { type Program, startProgram } from "./start-program.ts";

export const gateFile = "gate";

const gate = `[ ! -p "$root/${gateFile}" ] || read -r _ < "$root/${gateFile}"

case $action in`;

export const makePlayground = async ({ dir }: Place): Promise<Repository> => {
  await mkdir(join(dir, "flake"));
  const commits = playgroundFlake({ hosts: [host.hostname], system: nixSystem() }).map((commit) => ({
    ...commit,
    files: commit.files.map((file) =>
      file.path.endsWith("switch-to-configuration")
        ? { ...file, text: file.text.replace("case $action in", () => gate) }
        : file,
    ),
  }));
  return rightOf(await makeRepository(join(dir, "flake"), commits)());
};

/** Resolves when it takes work. */
export const playgroundListener = (
  place: Place,
  { servers, keyFile }: LogServer,
  { url }: Repository,
  stateDir: string,
): Promise<Program> =>
  startProgram(place, [
    ...[process.execPath, product, "listener"],
    ...["--hostname", host.hostname, "--tier", host.tier],
    ...["--nats-url", servers[0], "--nkey-file", keyFile(host.hostname)],
    ...["--flake-url", url, "--state-dir", stateDir, "--engine", "simulated"],
  ] as [string, ...string[]]);
