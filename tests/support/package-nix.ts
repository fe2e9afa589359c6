/**
 * nixos/package.nix as the values that it hands to nixpkgs: evaluated with functions that give back what they are given. So a
 * test sees, and can run, each command of the build exactly as Nix would.
 */
import { join } from "node:path";
import { evaluated, type Nix } from "./nix.ts";

const root = join(import.meta.dirname, "../..");

/** A derivation that fetches one package: its script writes to `$out`, and Nix compares the hash. */
export interface Fetch {
  readonly name: string;
  readonly hash: string;
  readonly mode: string;
  readonly script: string;
}

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

export interface Package {
  readonly pname: string;
  readonly version: string;
  /** Regular expressions of the files that it is built from. */
  readonly src: readonly string[];
  readonly fetches: Readonly<Record<string, Fetch>>;
  readonly manifest: { readonly [part in "dependencies" | "devDependencies"]: Readonly<Record<string, string>> };
  readonly lock: { readonly packages: Readonly<Record<string, Entry>> };
  readonly installPhase: string;
  readonly installCheckPhase: string;
}

const expression = (cpu: string): string => `
let
  lib = {
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    inherit (builtins) replaceStrings;
    escapeShellArg = text: "'\${text}'";
    makeBinPath = builtins.concatStringsSep ":";
    getExe = program: program;
    sourceByRegex = _: patterns: patterns;
    fetchers.proxyImpureEnvVars = [ ];
    licenses.mit = "MIT";
  };
  hd = import ${root}/nixos/package.nix {
    inherit lib;
    stdenv.buildPlatform.node = { platform = "linux"; arch = "${cpu}"; };
    buildNpmPackage = given: given;
    importNpmLock = { __functor = _: given: given; npmConfigHook = "hook"; };
    runCommand = name: given: script: { inherit name script; hash = given.outputHash; mode = given.outputHashMode; };
    makeWrapper = "makeWrapper"; nodejs = "node"; cacert = "/cacert"; git = "/git/bin"; openssh = "/openssh/bin";
  };
in
{
  inherit (hd) pname version src installPhase installCheckPhase;
  fetches = hd.npmDeps.packageSourceOverrides;
  manifest = hd.npmDeps.package;
  lock = hd.npmDeps.packageLock;
}`;

/** `cpu`: of the machine that builds, in Node's words. */
export const packageNix = async (nix: Nix, cpu: string = process.arch): Promise<Package> =>
  (await evaluated(nix, expression(cpu))) as Package;
