/**
 * The engine of a real host: Nix builds, nixos-rebuild activates, and what is asked afterwards is asked of systemd and of the
 * links that NixOS keeps.
 */
import { join } from "node:path";
import type { Engine } from "../host/engine.ts";
import { buildSystem } from "./build-system.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { Argv } from "./launch.ts";
import { activate, rollBack, type Scene } from "./nixos-switch.ts";
import { probeWith } from "./probe.ts";
import { rebootNeeded } from "./reboot-needed.ts";
import { resolveRevision } from "./resolve.ts";
import { machineSwitching, type Switching } from "./switching.ts";
import { readSystem, type SystemPaths } from "./system-links.ts";
import { failedUnits } from "./systemd.ts";
import type { Workplace } from "./workplace.ts";

type Program = "nix" | "nix-env" | "nixos-rebuild" | "systemd-run" | "journalctl";

export interface NixosEngineOptions extends EngineOptions {
  /** Holds the link to what was built last. */
  readonly stateDir: string;
  readonly paths?: SystemPaths;
  /** Other programs in the place of those of the machine. */
  readonly programs?: Readonly<Partial<Record<Program, string>>>;
  readonly switching?: Switching;
  /** How long a switch may go on whose nixos-rebuild was ended; what runs can be told only when it is over. */
  readonly graceMs?: number;
}

const nixosPaths: SystemPaths = {
  currentSystem: "/run/current-system",
  profile: "/nix/var/nix/profiles/system",
  bootedSystem: "/run/booted-system",
};

const programsOf =
  ({ programs = {} }: NixosEngineOptions) =>
  ([program, ...args]: Argv): Argv => [new Map(Object.entries(programs)).get(program) ?? program, ...args];

export const nixosEngine = (options: NixosEngineOptions): Engine => {
  const { flake, host, stateDir, env, outputFile, timeLeftMs, paths = nixosPaths, graceMs = 60_000 } = options;
  const place: Workplace = { outputFile, env, place: programsOf(options) };
  const switching = options.switching ?? machineSwitching();
  const scene: Scene = { flake, host, timeLeftMs, place, switching, profile: paths.profile, graceMs };
  return {
    simulated: false,
    resolve: (revision) => () => resolveRevision({ flake, env, timeoutMs: timeLeftMs() })(revision)(),
    build: (resolved) => () => buildSystem(place, { flake, resolved, host, root: join(stateDir, "built"), timeLeftMs }),
    state: () => readSystem(paths),
    activate: (activation) => () => activate(scene, activation),
    rollBack: (rollback) => () => rollBack(scene, rollback),
    failedUnits: () => () => failedUnits(),
    rebootNeeded: (closure) => () => rebootNeeded(paths.bootedSystem, closure),
    probe: probeWith(options),
  };
};
