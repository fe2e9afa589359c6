/**
 * A program out of downloaded packages, where it can be tried. With libraries of its own it is a folder: the packages as they
 * are, and at the top a script for each name of the program, which says where the libraries lie. The folder may be moved.
 */
import { readdir, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { run } from "../nix/process.ts";
import type { PrivateApt } from "./private-apt.ts";
import type { Program } from "./program.ts";
import type { KeptProgram } from "./server-cache.ts";
import { programVersion } from "./server-version.ts";

const unpackAll = async (files: readonly string[], to: string, env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  if (files.length === 0) return "apt downloaded no package";
  for (const file of files) {
    const ran = await run(["dpkg-deb", "-x", file, to], { env, timeoutMs: 60_000 });
    if (ran.code !== 0) return `the package was not unpacked: ${ran.notStarted ?? ran.stderr.trim()}`;
  }
  return undefined;
};

/** Where a linker looks by itself; what lies deeper belongs to a program that knows it. */
const isLibrary = (path: string): boolean => /^(?:usr\/)?lib(?:\/[^/]+)?\/[^/]+\.so[.\d]*$/.test(path);

const script = (path: string, folders: readonly string[]): string => `#!/bin/sh
here=$\{0%/*}
LD_LIBRARY_PATH="${folders.map((folder) => `$here/${folder}`).join(":")}$\{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
exec "$here/${path}" "$@"
`;

/** A program may have several names, and do for each what that one says. */
const writeScripts = async (tree: string, within: string, paths: readonly string[]): Promise<string> => {
  const folders = [...new Set(paths.filter(isLibrary).map(dirname))];
  const itself = await realpath(join(tree, within));
  for (const name of await readdir(join(tree, dirname(within)))) {
    const path = join(dirname(within), name);
    if ((await realpath(join(tree, path)).catch(() => "")) !== itself) continue;
    await writeFile(join(tree, name), script(path, folders), { mode: 0o755 });
  }
  return join(tree, basename(within));
};

/** The program, of a version that will do; or why it cannot serve. */
export const unpackProgram = async (
  apt: PrivateApt,
  program: Program,
  env: NodeJS.ProcessEnv,
): Promise<Either<string, KeptProgram>> => {
  const tree = join(await realpath(apt.dir), "unpacked");
  const failed = await unpackAll(await apt.packages(), tree, env);
  if (failed !== undefined) return left(failed);
  const paths = await readdir(tree, { recursive: true });
  const within = paths.find((path) => ["usr/bin", "usr/sbin"].some((folder) => path === `${folder}/${program.name}`));
  if (within === undefined) return left(`the package has no usr/bin/${program.name}`);
  const binary = program.needs === "itself" ? join(tree, within) : await writeScripts(tree, within, paths);
  const version = await programVersion(program, binary, env);
  return version._tag === "Left"
    ? left(`the program in it ${version.left}`)
    : right({ binary, version: version.right });
};
