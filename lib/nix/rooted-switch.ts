/**
 * Activation below a folder instead of on the machine: profile first, then `switch-to-configuration` of what was built, in
 * nixos-rebuild's order. The program is told of the folder by HD_ROOT and moves the link of what runs in there.
 */
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { StorePath, UnitName } from "../contract/values.ts";
import type { Activated, Activation } from "../host/engine.ts";
import { judgeActivation, setsBootDefault } from "./activation.ts";
import { switchTo } from "./commands.ts";
import type { RootedEngineOptions } from "./engine-options.ts";
import type { SystemPaths } from "./system-links.ts";
import { listedUnits } from "./unit-names.ts";
import { type Workplace, work } from "./workplace.ts";

export const rootedPaths = (root: string): SystemPaths => ({
  currentSystem: join(root, "run", "current-system"),
  profile: join(root, "profiles", "system"),
  bootedSystem: join(root, "run", "booted-system"),
});

export interface RootedSwitch {
  readonly place: Workplace;
  readonly setProfile: (closure: StorePath) => Promise<Either<Failure, void>>;
  /** Where the closure can be run from. */
  readonly folderOf: (closure: StorePath) => string;
}

/** What is switched to, and how; going back is the same as going on. */
export type Target = Pick<Activation, "action" | "closure">;

export const prepareRoot = async (root: string): Promise<void> => {
  for (const link of Object.values(rootedPaths(root))) await mkdir(dirname(link), { recursive: true });
};

export const switchBelow = async (
  { root, timeLeftMs }: RootedEngineOptions,
  { place, setProfile, folderOf }: RootedSwitch,
  { action, closure }: Target,
): Promise<Either<Failure, Activated>> => {
  await prepareRoot(root);
  const set = setsBootDefault(action) ? await setProfile(closure) : right(undefined);
  if (set._tag === "Left") return set;
  const timeoutMs = timeLeftMs();
  const done = await work(place, switchTo(folderOf(closure), action), timeoutMs, { HD_ROOT: root });
  return judgeActivation(`switch-to-configuration ${action}`, done, timeoutMs);
};

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** What stands in `run/failed-units`, one in each line: a switch below a folder keeps the list that systemd keeps. */
export const rootedFailedUnits = async (root: string): Promise<Either<Failure, readonly UnitName[]>> => {
  try {
    return right(listedUnits(await readFile(join(root, "run", "failed-units"), "utf8")));
  } catch (thrown) {
    if (isMissing(thrown)) return right([]);
    return left(
      failure("internal", `Which units failed cannot be told: ${causeOf(thrown)}. Look at the file, then try again.`),
    );
  }
};
