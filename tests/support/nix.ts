/**
 * Nix for the tests: the machine's, or that of the distribution's package, unpacked into the cache with the libraries that it
 * needs. It sees neither the settings of the machine nor its store, and needs no network. Where there is none, whoever needs
 * it says so in a line `skip: …`.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
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

/** What makes a Nix the one that commands find. One that was unpacked looks for its own helpers where it was built to lie. */
const variables = (folder: string): Readonly<Record<string, string>> => ({
  PATH: [folder, process.env["PATH"]].join(delimiter),
  ...(existsSync(join(folder, "usr/bin/nix"))
    ? { NIX_BIN_DIR: join(folder, "usr/bin"), NIX_LIBEXEC_DIR: join(folder, "usr/libexec") }
    : {}),
});

/** The folder with `nix` and its other names, as `nix-instantiate`, made the one that is found; or why there is none. */
const nixVariables = async (): Promise<Either<string, ReturnType<typeof variables>>> => {
  const found = await findProgram(program, { env: process.env, say: (line) => console.log(`nix · ${line}`) });
  return found._tag === "Right" ? right(variables(dirname(found.right.binary))) : left(found.left.message);
};

/** Makes it the Nix of this process, for code that looks on PATH; where there is none, nothing changes. */
export const nixOnPath = async (): Promise<void> => {
  const found = await nixVariables();
  if (found._tag === "Right") Object.assign(process.env, found.right);
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
  const found = await nixVariables();
  if (found._tag === "Left") {
    console.log(`skip: ${found.left.split("\n")[0]}`);
    return undefined;
  }
  const dir = tempDir("nix");
  mkdirSync(join(dir, "etc"));
  writeFileSync(join(dir, "etc/nix.conf"), `${settings.join("\n")}\n`);
  const env = {
    ...process.env,
    ...found.right,
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
