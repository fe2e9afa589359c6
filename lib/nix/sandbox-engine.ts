/**
 * The engine of a playground on a machine with Nix: really builds, and really runs the switch of what it built, but keeps
 * profile, current system and, where it must, the store below a folder of its own. What is switched has to honour HD_ROOT,
 * as the playground's flake does; the system of a real host would switch the machine.
 */
import { join } from "node:path";
import { type Either, left } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Engine } from "../host/engine.ts";
import { judgeCommand } from "./activation.ts";
import { buildSystem } from "./build-system.ts";
import { setProfile } from "./commands.ts";
import type { RootedEngineOptions } from "./engine-options.ts";
import { type NixPlace, nixPlace } from "./nix-access.ts";
import { probeWith } from "./probe.ts";
import { rebootNeeded } from "./reboot-needed.ts";
import { resolveRevision } from "./resolve.ts";
import {
  prepareRoot,
  type RootedSwitch,
  rootedFailedUnits,
  rootedPaths,
  switchBelow,
  type Target,
} from "./rooted-switch.ts";
import { readSystem } from "./system-links.ts";
import { type Workplace, work } from "./workplace.ts";

const unusable = (why: string): Failure =>
  failure("build_failed", `Nix cannot be used on this host: ${why}. Mend that, or run the host with the stand-in.`);

type SandboxPlace = Workplace & NixPlace;

const nixSwitch = (options: RootedEngineOptions, place: Workplace): RootedSwitch => ({
  place,
  folderOf: (closure) => closure,
  setProfile: async (closure) => {
    const timeoutMs = options.timeLeftMs();
    const done = await work(place, setProfile(rootedPaths(options.root).profile, closure), timeoutMs);
    return judgeCommand("nix-env --set", done, timeoutMs);
  },
});

export const sandboxEngine = (options: RootedEngineOptions): Engine => {
  const { flake, host, root, env, outputFile, timeLeftMs } = options;
  let tried: Promise<Either<string, NixPlace>> | undefined;

  const withNix = async <A>(use: (place: SandboxPlace) => Promise<Either<Failure, A>>): Promise<Either<Failure, A>> => {
    tried ??= nixPlace(root, env);
    const found = await tried;
    if (found._tag === "Left") return left(unusable(found.left));
    await prepareRoot(root);
    return use({ outputFile, ...found.right });
  };
  const switchTo = (target: Target) => () =>
    withNix((place) => switchBelow(options, nixSwitch(options, place), target));

  return {
    simulated: false,
    resolve: (revision) => () => resolveRevision({ flake, env, timeoutMs: timeLeftMs() })(revision)(),
    build: (resolved) => () =>
      withNix((place) => buildSystem(place, { flake, resolved, host, root: join(root, "built"), timeLeftMs })),
    state: () => readSystem(rootedPaths(root)),
    activate: switchTo,
    rollBack: switchTo,
    failedUnits: () => () => rootedFailedUnits(root),
    rebootNeeded: (closure) => () =>
      withNix(({ outside }) => rebootNeeded(rootedPaths(root).bootedSystem, closure, outside)),
    probe: probeWith(options),
  };
};
