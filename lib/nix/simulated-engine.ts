/**
 * The stand-in for a host's engine where there is no Nix: really asks git, really checks the commit out, and keeps
 * generations and links as Nix would, below a folder of its own. It runs the same `switch-to-configuration` as the sandbox
 * where the flake brings one. Whatever it says, it says that it is simulated.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Either, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../contract/failure.ts";
import type { Activation, Engine } from "../host/engine.ts";
import { type RootedEngineOptions, resolveTimeoutMs } from "./engine-options.ts";
import { repoint, setGeneration } from "./generations.ts";
import { say } from "./output.ts";
import { resolveRevision } from "./resolve.ts";
import { type RootedSwitch, rootedPaths, switchBelow } from "./rooted-switch.ts";
import { simulateBuild, simulatedFolder, simulatedStore } from "./simulated-build.ts";
import { readSystem } from "./system-links.ts";
import { cleanly, unfinished } from "./unfinished.ts";
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
  { action, closure }: Activation,
): Promise<Either<Failure, void>> => {
  if (action === "switch" || action === "boot") await setProfile(closure);
  if (action === "switch" || action === "test") await repoint(rootedPaths(root).currentSystem, folderOf(closure));
  await say(outputFile, `simulated: ${action} of ${closure}`);
  return right(undefined);
};

export const simulatedEngine = (options: RootedEngineOptions): Engine => {
  const { flake, root, env, timeLeftMs } = options;
  const rooted = simulatedSwitch(options);
  return {
    simulated: true,
    resolve: (revision) => () => resolveRevision({ flake, env, timeoutMs: resolveTimeoutMs(timeLeftMs()) })(revision)(),
    build: (resolved) => () => simulateBuild(options, resolved),
    state: () => readSystem(rootedPaths(root), simulatedStore(root)),
    activate: (activation) => async () => {
      const program = join(rooted.folderOf(activation.closure), "bin", "switch-to-configuration");
      const activated = existsSync(program)
        ? switchBelow(options, rooted, activation)
        : moveLinks(options, rooted, activation);
      return cleanly(await activated);
    },
    ...unfinished,
  };
};
