/**
 * Activation and rollback of a real host. nixos-rebuild hands its own output on to the switch, which breaks half-way when
 * that is a pipe whose reader is gone; hence files only. Two switches at once move the profile and then fail, hence the look
 * for another one before, and the wait for our own after. A rollback runs the switch of the system that it goes back to:
 * that of the system that runs is the one that may be broken.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Activated, Activation, Rollback } from "../host/engine.ts";
import { judgeActivation, judgeCommand, setsBootDefault } from "./activation.ts";
import { journalOf, nixosRebuild, runAndWait, setProfile, switchTo } from "./commands.ts";
import type { EngineOptions } from "./engine-options.ts";
import { pinnedHost } from "./flake-url.ts";
import type { Argv } from "./launch.ts";
import { isIdleWithin, type Switching, settle, switchUnit } from "./switching.ts";
import { type Done, type Workplace, work } from "./workplace.ts";

export interface Scene extends Pick<EngineOptions, "flake" | "host" | "timeLeftMs"> {
  readonly place: Workplace;
  readonly switching: Switching;
  readonly profile: string;
  /** How long a switch whose starter was ended may go on by itself before it is stopped. */
  readonly graceMs: number;
}

type Answer = Promise<Either<Failure, Activated>>;

const busy = failure(
  "busy",
  "Another switch is running on this host, started by someone else. Wait until it has ended, then deploy again.",
);

/** How a switch ended, the time that it had, and whether none runs any more. */
interface Switched {
  readonly done: Done;
  readonly timeoutMs: number;
  readonly settled: Either<Failure, void>;
}

/** Somebody began a switch between our look and ours: what runs now is theirs. */
const anotherWasFaster = /nixos-rebuild-switch-to-configuration\.service was already loaded|could not acquire lock/i;

const switchBy = async (scene: Scene, argv: Argv): Promise<Switched> => {
  const { place, switching, timeLeftMs, graceMs } = scene;
  const timeoutMs = timeLeftMs();
  const done = await work(place, argv, timeoutMs);
  const ours = !anotherWasFaster.test(done.output);
  const settled = await settle(switching, { withinMs: Math.max(0, timeLeftMs()) + graceMs, ours });
  return { done, timeoutMs, settled };
};

const judge = (what: string, { done, timeoutMs, settled }: Switched): Either<Failure, Activated> => {
  const judged = judgeActivation(what, done, timeoutMs);
  return judged._tag === "Right" && settled._tag === "Left" ? settled : judged;
};

const journalMs = 10_000;

/** Some versions of nixos-rebuild-ng leave what the switch says to the journal: it belongs into the output all the same. */
const withJournal = async ({ place, switching }: Scene, { done, ...rest }: Switched, sinceMs: number) => {
  if (!switching.asUnit) return { done, ...rest };
  const heard = await work(place, journalOf(switchUnit, sinceMs), journalMs);
  return { ...rest, done: { ...done, output: `${done.output}\n${heard.output}` } };
};

export const activate = async (scene: Scene, { action, resolved }: Activation): Answer => {
  const running = await scene.switching.isRunning();
  if (running._tag === "Left") return running;
  if (running.right) return left(busy);
  const argv = nixosRebuild(action, pinnedHost(scene.flake, resolved, scene.host));
  const sinceMs = Date.now();
  const switched = await switchBy(scene, argv);
  return judge(`nixos-rebuild ${action}`, await withJournal(scene, switched, sinceMs));
};

/** What nixos-rebuild hands on to the switch. */
const handedOn = ["LOCALE_ARCHIVE", "NIXOS_INSTALL_BOOTLOADER"];

const switchOf = ({ place, switching, timeLeftMs, graceMs }: Scene, { action, closure }: Rollback): Argv => {
  const argv = switchTo(closure, action);
  if (!switching.asUnit) return argv;
  // A backstop for the case that this job is killed: nobody would end the switch, and every later one would be refused.
  const timeoutMs = Math.max(0, timeLeftMs()) + 2 * graceMs;
  const variables = handedOn.filter((name) => place.env[name] !== undefined);
  return runAndWait({ unit: switchUnit, argv, outputFile: place.outputFile, timeoutMs, variables });
};

const setBootDefault = async ({ place, timeLeftMs, profile }: Scene, closure: Rollback["closure"]) => {
  const timeoutMs = timeLeftMs();
  const done = await work(place, setProfile(profile, closure), timeoutMs);
  return judgeCommand("nix-env --set", done, timeoutMs);
};

const hasSwitch = (closure: Rollback["closure"]): boolean =>
  existsSync(join(closure, "bin", "switch-to-configuration"));

const isGone = (closure: Rollback["closure"]): Failure =>
  failure("activation_failed", `${closure} is not in the store of this host, or no system. Deploy what should run.`);

export const rollBack = async (scene: Scene, rollback: Rollback): Answer => {
  const { action, closure } = rollback;
  // The profile may not be moved to what cannot be switched to.
  if (!hasSwitch(closure)) return left(isGone(closure));
  // Half of the time: the rest is for our own switch.
  const idle = await isIdleWithin(scene.switching, scene.timeLeftMs() / 2);
  if (idle._tag === "Left") return idle;
  if (!idle.right) return left(busy);
  const set = setsBootDefault(action) ? await setBootDefault(scene, closure) : right(undefined);
  if (set._tag === "Left") return set;
  return judge(`switch-to-configuration ${action}`, await switchBy(scene, switchOf(scene, rollback)));
};
