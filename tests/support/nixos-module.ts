/**
 * The NixOS module, evaluated by nixpkgs' own module system. HD_NIXPKGS_LIB names the folder `lib` of a nixpkgs; without it, or
 * without Nix, whoever needs the module says so in a line `skip: …`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nixTools } from "./nix.ts";
import { tempDir } from "./temp-dir.ts";

const project = join(import.meta.dirname, "../..");

type Atom = string | number | boolean;

export interface Unit {
  readonly description: string;
  readonly wantedBy: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
  readonly wants: readonly string[];
  readonly path: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly serviceConfig: Readonly<Record<string, Atom | readonly Atom[]>>;
  readonly unitConfig: Readonly<Record<string, Atom | readonly Atom[]>>;
  readonly stopIfChanged: boolean;
  readonly restartIfChanged: boolean;
}

interface Shown {
  readonly code?: string;
  readonly value?: unknown;
}

export interface Option {
  readonly name: string;
  readonly type: string;
  readonly visible: boolean;
  readonly description: string;
  readonly default?: Shown;
  readonly example?: Shown;
}

export interface Evaluated {
  readonly failedAssertions: readonly string[];
  readonly warnings: readonly string[];
  readonly units: Readonly<Record<string, Unit>>;
  readonly timers: Readonly<Record<string, Pick<Unit, "description"> & { timerConfig: Unit["serviceConfig"] }>>;
  readonly firewall: readonly number[];
  /** What stands in files below /etc. */
  readonly etc: Readonly<Record<string, string>>;
  readonly options: readonly Option[];
}

/** Of a NixOS module as text; throws what Nix says. Failed assertions are a value. */
export type Evaluate = (config: string) => Promise<Evaluated>;

export const moduleEvaluator = async (): Promise<Evaluate | undefined> => {
  const lib = process.env["HD_NIXPKGS_LIB"];
  if (lib === undefined) {
    console.log("skip: HD_NIXPKGS_LIB does not name the lib folder of a nixpkgs, so the module is not evaluated");
    return undefined;
  }
  const nix = await nixTools();
  if (nix === undefined) return undefined;
  const file = join(tempDir("nixos-module"), "config.nix");
  const words = ["--store", "dummy://", "--eval", "--strict", "--json", "nixos/tests/eval-module.nix"];
  const given = { libPath: lib, module: join(project, "nixos/module.nix"), configFile: file };
  const args = Object.entries(given).flatMap(([name, path]) => ["--arg", name, path]);
  return async (config) => {
    writeFileSync(file, config);
    const { code, stdout, stderr } = await nix(["nix-instantiate", ...words, ...args], project);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Evaluated;
  };
};

/** A machine of the documentation or of the snapshots. */
export const machine = (name: string): string =>
  readFileSync(join(project, "tests/nixos/machines", `${name}.nix`), "utf8").replaceAll(
    "./fleet",
    join(project, "tests/nixos/machines/fleet"),
  );
