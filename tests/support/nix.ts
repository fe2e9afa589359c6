/**
 * Nix for the tests: the machine's, or that of the distribution's package, unpacked into the cache with the libraries that it
 * needs. It sees neither the settings of the machine nor its store, and needs no network. Where there is none, whoever needs
 * it says so in a line `skip: …`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Argv, type Ran, run } from "../../lib/nix/process.ts";
import { findProgram } from "../../lib/server/find.ts";
import type { Program } from "../../lib/server/program.ts";
import { tempDir } from "./temp-dir.ts";

const program: Program = {
  name: "nix",
  packageName: "nix-bin",
  variable: "HD_NIX",
  oldest: "2.8",
  prefers: "own",
  needs: "libraries",
  says: /^nix \(/,
  waysOut: [],
};

/** The folder with `nix` and its other names, as `nix-instantiate`; or why there is none. */
const nixFolder = async (): Promise<Either<string, string>> => {
  const found = await findProgram(program, { env: process.env, say: (line) => console.log(`nix · ${line}`) });
  return found._tag === "Right" ? right(dirname(found.right.binary)) : left(found.left.message);
};

const settings = [
  "experimental-features = nix-command flakes",
  "flake-registry =",
  "substituters =",
  "sandbox = false",
  "warn-dirty = false",
];

export type Nix = (argv: Argv, cwd?: string) => Promise<Ran>;

/** Runs Nix's tools; undefined, and the one line that says so, where there are none. */
export const nixTools = async (): Promise<Nix | undefined> => {
  const folder = await nixFolder();
  if (folder._tag === "Left") {
    console.log(`skip: ${folder.left.split("\n")[0]}`);
    return undefined;
  }
  const dir = tempDir("nix");
  mkdirSync(join(dir, "etc"));
  writeFileSync(join(dir, "etc/nix.conf"), `${settings.join("\n")}\n`);
  const env = {
    ...process.env,
    PATH: [folder.right, process.env["PATH"]].join(delimiter),
    HOME: dir,
    XDG_CACHE_HOME: join(dir, "cache"),
    NIX_CONF_DIR: join(dir, "etc"),
    NIX_USER_CONF_FILES: "",
    NIX_STATE_DIR: join(dir, "var"),
    NIX_PATH: "",
  };
  return (argv, cwd = dir) => run(argv, { env, cwd, timeoutMs: 60_000 });
};

/** Nix without a store: it reads, evaluates and makes nothing. */
export const parsed = (nix: Nix, file: string): Promise<Ran> =>
  nix(["nix-instantiate", "--parse", "--store", "dummy://", file]);

/** The value of an expression, by way of JSON; throws what Nix says. */
export const evaluated = async (nix: Nix, expression: string): Promise<unknown> => {
  const words = ["--store", "dummy://", "--eval", "--strict", "--json", "--expr", expression];
  const { code, stdout, stderr } = await nix(["nix-instantiate", ...words]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};
