/**
 * The engine of a real host: Nix builds, nixos-rebuild activates. nixos-rebuild hands its own output on to the switch,
 * which breaks half-way when that is a pipe whose reader is gone; hence files only. Two switches at once move the profile
 * and then fail, hence the look at the switch's unit before, and the wait for it after.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { Activation, Engine } from "../host/engine.ts";
import { judgeActivation } from "./activation.ts";
import { buildSystem } from "./build-system.ts";
import { nixosRebuild } from "./commands.ts";
import { type EngineOptions, resolveTimeoutMs } from "./engine-options.ts";
import { pinnedHost } from "./flake-url.ts";
import type { Argv } from "./launch.ts";
import { resolveRevision } from "./resolve.ts";
import { readSystem, type SystemPaths } from "./system-links.ts";
import { cleanly, unfinished } from "./unfinished.ts";
import { hasSystemd, isUnitActive } from "./units.ts";
import { type Workplace, work } from "./workplace.ts";

export interface NixosEngineOptions extends EngineOptions {
  /** Holds the link to what was built last. */
  readonly stateDir: string;
  readonly paths?: SystemPaths;
  /** Other programs in the place of `nix` and `nixos-rebuild`. */
  readonly programs?: Readonly<Partial<Record<"nix" | "nixos-rebuild", string>>>;
  /** Whether a switch is under way on this machine, whoever started it. */
  readonly isSwitching?: () => Promise<Either<Failure, boolean>>;
}

const nixosPaths: SystemPaths = {
  currentSystem: "/run/current-system",
  profile: "/nix/var/nix/profiles/system",
};

const switchUnit = "nixos-rebuild-switch-to-configuration.service";
const askAgainMs = 250;
/** A switch whose nixos-rebuild was ended goes on by itself; what runs can be told only when it is over. */
const graceMs = 60_000;

const switchUnitRuns = async (): Promise<Either<Failure, boolean>> =>
  hasSystemd() ? isUnitActive(switchUnit) : right(false);

const busy = failure(
  "busy",
  "Another switch is running on this host, started by someone else. Wait until it has ended, then deploy again.",
);

/** A systemd that is being replaced by the very switch does not answer for a moment, which says nothing of the switch. */
const untilSwitched = async (
  isSwitching: () => Promise<Either<Failure, boolean>>,
  withinMs: number,
): Promise<Either<Failure, void>> => {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const active = await isSwitching();
    if (active._tag === "Right" && !active.right) return right(undefined);
    if (performance.now() >= deadlineMs) {
      if (active._tag === "Left") return active;
      return left(
        failure("timeout", `${switchUnit} still runs after the time for this deployment. Look at its journal.`),
      );
    }
    await delay(askAgainMs);
  }
};

const activate = async (place: Workplace, options: NixosEngineOptions, { action, resolved }: Activation) => {
  const { isSwitching = switchUnitRuns } = options;
  const active = await isSwitching();
  if (active._tag === "Left") return active;
  if (active.right) return left(busy);
  const timeoutMs = options.timeLeftMs();
  const done = await work(place, nixosRebuild(action, pinnedHost(options.flake, resolved, options.host)), timeoutMs);
  const switched = await untilSwitched(isSwitching, Math.max(0, options.timeLeftMs()) + graceMs);
  const judged = judgeActivation(`nixos-rebuild ${action}`, done, timeoutMs);
  return judged._tag === "Left" ? judged : switched;
};

const programsOf =
  ({ programs = {} }: NixosEngineOptions) =>
  ([program, ...args]: Argv): Argv => [new Map(Object.entries(programs)).get(program) ?? program, ...args];

export const nixosEngine = (options: NixosEngineOptions): Engine => {
  const { flake, host, stateDir, env, outputFile, timeLeftMs } = options;
  const place: Workplace = { outputFile, env, place: programsOf(options) };
  return {
    simulated: false,
    resolve: (revision) => () => resolveRevision({ flake, env, timeoutMs: resolveTimeoutMs(timeLeftMs()) })(revision)(),
    build: (resolved) => () =>
      buildSystem(place, { flake, resolved, host, outLink: join(stateDir, "built"), timeLeftMs }),
    state: () => readSystem(options.paths ?? nixosPaths),
    activate: (activation) => async () => cleanly(await activate(place, options, activation)),
    ...unfinished,
  };
};
