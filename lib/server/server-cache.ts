/**
 * Where a downloaded program is kept: `<cache>/homelab-deploy/<program>/<version>-<architecture>/<program>`, outside the
 * checkout, so that a clean one finds it. A file appears there whole or not at all, whoever else writes it at the same time.
 */
import { randomUUID } from "node:crypto";
import { copyFile, cp, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { Program } from "./program.ts";
import { compareVersions, isAtLeast } from "./version.ts";

export interface KeptProgram {
  readonly binary: string;
  readonly version: string;
}

/** A relative XDG_CACHE_HOME is ignored, as its specification asks. */
const cacheDir = ({ name }: Program, env: NodeJS.ProcessEnv): string => {
  const [base, home] = [env["XDG_CACHE_HOME"], env["HOME"]];
  const root = base !== undefined && isAbsolute(base) ? base : join(home ? home : homedir(), ".cache");
  return join(root, "homelab-deploy", name);
};

/** What is kept for this architecture and new enough, newest first; whether it runs is for the caller to find out. */
export const keptPrograms = async (
  program: Program,
  env: NodeJS.ProcessEnv,
  architecture: string,
): Promise<readonly KeptProgram[]> => {
  const dir = cacheDir(program, env);
  const names = await readdir(dir).catch(() => []);
  return names
    .filter((name) => name.endsWith(`-${architecture}`))
    .map((name) => ({ version: name.slice(0, -architecture.length - 1), binary: join(dir, name, program.name) }))
    .filter(({ version }) => /^\d+(?:\.\d+)+$/.test(version) && isAtLeast(version, program.oldest))
    .toSorted((a, b) => compareVersions(b.version, a.version));
};

const sync = async (path: string): Promise<void> => {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
};

const keepFile = async (binary: string, kept: string): Promise<void> => {
  const unfinished = join(dirname(kept), `.${randomUUID()}`);
  await mkdir(dirname(kept), { recursive: true });
  try {
    await copyFile(binary, unfinished);
    await sync(unfinished);
    await rename(unfinished, kept);
  } finally {
    await rm(unfinished, { force: true });
  }
};

/** Of two that keep the same folder at once, the second finds it done. */
const keepFolder = async (folder: string, kept: string): Promise<void> => {
  const unfinished = join(dirname(kept), `.${randomUUID()}`);
  await mkdir(dirname(kept), { recursive: true });
  try {
    await cp(folder, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, kept).catch((error) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
};

/** Copies `binary`, with the libraries beside it if it has some, into the cache and gives the path that it has there. */
export const keepProgram = async (
  program: Program,
  env: NodeJS.ProcessEnv,
  { binary, version }: KeptProgram,
  architecture: string,
): Promise<string> => {
  const dir = join(cacheDir(program, env), `${version}-${architecture}`);
  const kept = join(dir, program.name);
  await (program.needs === "itself" ? keepFile(binary, kept) : keepFolder(dirname(binary), dir));
  return kept;
};
