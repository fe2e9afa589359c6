/**
 * Activation below a folder instead of on the machine: profile first, then `switch-to-configuration` of what was built, in
 * nixos-rebuild's order. The program is told of the folder by HD_ROOT and moves the link of what runs in there.
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Either, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../contract/failure.ts";
import type { StorePath } from "../contract/values.ts";
import type { Activation } from "../host/engine.ts";
import { judgeActivation, setsBootDefault } from "./activation.ts";
import { switchTo } from "./commands.ts";
import type { RootedEngineOptions } from "./engine-options.ts";
import type { SystemPaths } from "./system-links.ts";
import { type Workplace, work } from "./workplace.ts";

export const rootedPaths = (root: string): SystemPaths => ({
  currentSystem: join(root, "run", "current-system"),
  profile: join(root, "profiles", "system"),
});

export interface RootedSwitch {
  readonly place: Workplace;
  readonly setProfile: (closure: StorePath) => Promise<Either<Failure, void>>;
  /** Where the closure can be run from. */
  readonly folderOf: (closure: StorePath) => string;
}

export const prepareRoot = async (root: string): Promise<void> => {
  for (const link of Object.values(rootedPaths(root))) await mkdir(dirname(link), { recursive: true });
};

export const switchBelow = async (
  { root, timeLeftMs }: RootedEngineOptions,
  { place, setProfile, folderOf }: RootedSwitch,
  { action, closure }: Activation,
): Promise<Either<Failure, void>> => {
  await prepareRoot(root);
  const set = setsBootDefault(action) ? await setProfile(closure) : right(undefined);
  if (set._tag === "Left") return set;
  const timeoutMs = timeLeftMs();
  const done = await work(place, switchTo(folderOf(closure), action), timeoutMs, { HD_ROOT: root });
  return judgeActivation(`switch-to-configuration ${action}`, done, timeoutMs);
};
