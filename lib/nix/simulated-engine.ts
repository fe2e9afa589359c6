/**
 * The stand-in for a host's engine where there is no Nix: really asks git, really checks the commit out, and keeps
 * generations and links as Nix would, below a folder of its own. It runs the same `switch-to-configuration` as the sandbox
 * where the flake brings one. Whatever it says, it says that it is simulated.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Activated, Engine } from "../host/engine.ts";
import type { RootedEngineOptions } from "./engine-options.ts";
import { repoint, setGeneration } from "./generations.ts";
import { say } from "./output.ts";
import { probeWith } from "./probe.ts";
import { rebootNeeded } from "./reboot-needed.ts";
import { resolveRevision } from "./resolve.ts";
import { type RootedSwitch, rootedFailedUnits, rootedPaths, switchBelow, type Target } from "./rooted-switch.ts";
import { simulateBuild, simulatedFolder, simulatedStore } from "./simulated-build.ts";
import { readSystem } from "./system-links.ts";
import { asIs } from "./workplace.ts";

const simulatedSwitch = ({ root, env, outputFile }: RootedEngineOptions): RootedSwitch => ({
  place: { outputFile, env, place: asIs },
  folderOf: (closure) => simulatedFolder(root, closure),
  setProfile: async (closure) => {
    const generation = await setGeneration(rootedPaths(root).profile, simulatedFolder(root, closure));
    await say(outputFile, `simulated: the system profile is now generation ${generation}`);
    return right(undefined);
  },
});

/** What `switch-to-configuration` would do, for a flake that brings none. */
const moveLinks = async (
  { root, outputFile }: RootedEngineOptions,
  { setProfile, folderOf }: RootedSwitch,
  { action, closure }: Target,
): Promise<Either<Failure, Activated>> => {
  if (action === "switch" || action === "boot") await setProfile(closure);
  if (action === "switch" || action === "test") await repoint(rootedPaths(root).currentSystem, folderOf(closure));
  await say(outputFile, `simulated: ${action} of ${closure}`);
  return right({ unitsFailed: false, named: [] });
};

const isGone = (closure: Target["closure"]): Failure =>
  failure("activation_failed", `${closure} is not in the store of this host. Deploy what should run.`);

/** The profile may not be moved to what cannot run. */
const switchTo = async (options: RootedEngineOptions, target: Target): Promise<Either<Failure, Activated>> => {
  const rooted = simulatedSwitch(options);
  const folder = rooted.folderOf(target.closure);
  if (!existsSync(folder)) return left(isGone(target.closure));
  const hasSwitch = existsSync(join(folder, "bin", "switch-to-configuration"));
  return hasSwitch ? switchBelow(options, rooted, target) : moveLinks(options, rooted, target);
};

export const simulatedEngine = (options: RootedEngineOptions): Engine => {
  const { flake, root, env, timeLeftMs } = options;
  return {
    simulated: true,
    resolve: (revision) => () => resolveRevision({ flake, env, timeoutMs: timeLeftMs() })(revision)(),
    build: (resolved) => () => simulateBuild(options, resolved),
    state: () => readSystem(rootedPaths(root), simulatedStore(root)),
    activate: (activation) => () => switchTo(options, activation),
    rollBack: (rollback) => () => switchTo(options, rollback),
    failedUnits: () => () => rootedFailedUnits(root),
    rebootNeeded: (closure) => () => rebootNeeded(rootedPaths(root).bootedSystem, simulatedFolder(root, closure)),
    probe: probeWith(options),
  };
};
