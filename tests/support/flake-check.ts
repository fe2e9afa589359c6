/**
 * A copy of this project's flake, whose nixpkgs is the stand-in of nixos/tests/stub-nixpkgs: evaluated as an ordinary user,
 * without a network, and without a trace in /nix. Files that git does not know yet are part of it.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Ran } from "../../lib/nix/process.ts";
import { git } from "./git.ts";
import type { Nix } from "./nix.ts";
import { tempDir } from "./temp-dir.ts";

const root = join(import.meta.dirname, "../..");

/** What an evaluation reads. Nix copies the whole tree each time, so the rest only costs time. */
const read = /^(?:flake\.nix$|nixos\/|package(?:-lock)?\.json$|tests\/nixos\/machines\/)/;

const copyTree = (to: string): void => {
  const paths = git(root, ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).split("\0");
  for (const path of paths.filter((path) => read.test(path) && existsSync(join(root, path)))) {
    mkdirSync(join(to, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(to, path), { force: true });
  }
  git(to, ["init", "--quiet"]);
};

export interface FlakeCopy {
  /** `nix flake <words>`, or another command of nix that takes a flake. */
  readonly nix: (...words: readonly string[]) => Promise<Ran>;
  /** What a body sees with one file changed; without a text, the file is gone. */
  readonly without: <T>(
    path: string,
    change: ((text: string) => string) | undefined,
    body: () => Promise<T>,
  ) => Promise<T>;
}

export const flakeCopy = (nix: Nix): FlakeCopy => {
  const dir = tempDir("flake");
  const source = join(dir, "source");
  copyTree(source);
  cpSync(join(root, "nixos/tests/stub-nixpkgs"), join(dir, "nixpkgs"), { recursive: true });
  const options = ["--no-write-lock-file", "--override-input", "nixpkgs", `path:${join(dir, "nixpkgs")}`];
  return {
    nix: (...words) => {
      git(source, ["add", "--all"]);
      return nix(["nix", ...words, ...options, "--store", join(dir, "store")], source);
    },
    without: async (path, change, body) => {
      const file = join(source, path);
      const text = readFileSync(file, "utf8");
      if (change === undefined) rmSync(file);
      else writeFileSync(file, change(text));
      return await body().finally(() => writeFileSync(file, text));
    },
  };
};
