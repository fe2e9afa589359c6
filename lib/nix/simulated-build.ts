/**
 * The stand-in for `nix build`: checks the commit out of git, runs the host's own script `hosts/<host>` of that commit as a
 * builder would run it (its `out` names the file to write), and puts the result into a store below the engine's folder.
 * The script fails the build; a flake without one is taken as it is.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import type { StorePath } from "../contract/values.ts";
import type { Resolved } from "../host/engine.ts";
import { tailLines } from "../host/tail.ts";
import { gitCheckout, gitFetch, gitInit } from "./commands.ts";
import type { RootedEngineOptions } from "./engine-options.ts";
import { flakeFolder } from "./flake-url.ts";
import { type Git, type GitOptions, gitCaller, gitReason } from "./git.ts";
import type { Argv } from "./launch.ts";
import { say } from "./output.ts";
import { nixStore } from "./system-links.ts";
import { asIs, work } from "./workplace.ts";

/** As Nix's own `builtin:buildenv` calls it in the closure of the playground's flake. */
const outputName = "manifest.nix";

const alphabet = "0123456789abcdfghijklmnpqrsvwxyz";

/** A name of Nix's form, the same for the same commit and host. */
const simulatedClosure = ({ commit }: Resolved, host: HostName): StorePath => {
  const digest = createHash("sha256").update(`${commit} ${host}`).digest();
  const hash = [...digest].map((byte) => alphabet[byte % 32]).join("");
  return `${nixStore}/${hash}-nixos-system-${host}-simulated` as StorePath;
};

export const simulatedStore = (root: string): string => join(root, "store");

/** Where the stand-in keeps what it calls by a store path. */
export const simulatedFolder = (root: string, closure: StorePath): string =>
  join(simulatedStore(root), closure.slice(nixStore.length + 1));

const failed = (message: string): Failure => failure("build_failed", message);

/** Right: why one of them failed, if one did. */
const runAll = async (git: Git, commands: readonly Argv[]): Promise<Either<Failure, string | undefined>> => {
  for (const argv of commands) {
    const ran = await git(argv);
    if (ran._tag === "Left") return ran;
    if (ran.right.code !== 0) return right(gitReason(ran.right));
  }
  return right(undefined);
};

/** Right: the folder of the flake. */
const checkOut = async (
  git: Git,
  { flake, root }: Pick<RootedEngineOptions, "flake" | "root">,
  { commit, ref }: Resolved,
): Promise<Either<Failure, string>> => {
  const source = join(root, "source");
  const refspecs = [`+${ref}:refs/hd/build`];
  const commands: readonly Argv[] = [
    gitInit(source, { bare: false }),
    gitFetch({ repository: join(source, ".git"), remote: flake.remote, refspecs, commitsOnly: false }),
    gitCheckout(source, commit),
  ];
  let ran = await runAll(git, commands);
  if (ran._tag === "Right" && ran.right !== undefined) {
    // A git that was killed leaves its locks there, and with them none of those after it would get through.
    await rm(source, { recursive: true, force: true });
    ran = await runAll(git, commands);
  }
  if (ran._tag === "Left") return ran;
  if (ran.right === undefined) return right(join(source, flakeFolder(flake)));
  return left(failed(`${commit} could not be checked out of ${flake.redacted}: ${ran.right}. Deploy again.`));
};

/** The names of the scripts in `hosts/`, which stand for what a flake configures. Fails as a build does. */
export const simulatedHosts = async (
  { flake, env, root, timeoutMs }: GitOptions & Pick<RootedEngineOptions, "root">,
  resolved: Resolved,
): Promise<Either<Failure, readonly string[]>> => {
  await mkdir(root, { recursive: true });
  const source = await checkOut(gitCaller({ flake, env, timeoutMs }), { flake, root }, resolved);
  if (source._tag === "Left") return source;
  return right(await readdir(join(source.right, "hosts")).catch(() => []));
};

const isExecutableFile = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
};

const runScript = async (options: RootedEngineOptions, source: string, out: string): Promise<Either<Failure, void>> => {
  const { host, outputFile, env, timeLeftMs } = options;
  const script = join(source, "hosts", host);
  if (!(await isExecutableFile(script))) {
    await say(outputFile, `simulated: the flake has no script hosts/${host}, so nothing was checked`);
    return right(undefined);
  }
  const place = { outputFile, env: { PATH: env["PATH"] }, place: asIs };
  const done = await work(place, ["/bin/sh", "-eu", script], timeLeftMs(), { out });
  if (done.code === 0) return right(undefined);
  if (done.timedOut)
    return left(failure("timeout", `The simulated build of ${host} took too long and was ended. Allow more time.`));
  const said = tailLines(done.output, 1)[0] ?? "it said nothing";
  const ending = done.notStarted ?? (done.signal === null ? `exit code ${done.code}` : done.signal);
  return left(
    failed(
      `The simulated build of ${host} failed with ${ending}: ${said}. Mend hosts/${host}, push it, and deploy the new commit.`,
    ),
  );
};

/** The script first: a build that fails leaves nothing behind. */
const assemble = async (
  options: RootedEngineOptions,
  source: string,
  folder: string,
): Promise<Either<Failure, void>> => {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const ran = await runScript(options, source, join(partial, outputName));
  if (ran._tag === "Left") {
    await rm(partial, { recursive: true, force: true });
    return ran;
  }
  const system = join(source, "system");
  // Links as they are: they would come to point into the work tree, which the next build changes.
  if (existsSync(system)) await cp(system, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, folder);
  return right(undefined);
};

/** Fails with `build_failed`, `unreachable` or `timeout`. */
export const simulateBuild = async (
  options: RootedEngineOptions,
  resolved: Resolved,
): Promise<Either<Failure, StorePath>> => {
  const { flake, env, root, host, outputFile, timeLeftMs } = options;
  await say(outputFile, `simulated: checking ${resolved.commit} out of ${flake.redacted}`);
  await mkdir(root, { recursive: true });
  const source = await checkOut(gitCaller({ flake, env, timeoutMs: timeLeftMs() }), options, resolved);
  if (source._tag === "Left") return source;
  const closure = simulatedClosure(resolved, host);
  const folder = simulatedFolder(root, closure);
  const built = existsSync(folder) ? right(undefined) : await assemble(options, source.right, folder);
  if (built._tag === "Left") return built;
  await say(outputFile, `simulated: no Nix took part; ${closure} is a name only`);
  return right(closure);
};
