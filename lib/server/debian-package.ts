/**
 * A program out of the distribution's package, without installing it and without root: the machine's own mirror, a newer
 * suite, apt's own check of the signatures. The first package that runs here is taken.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Ran, run } from "../nix/process.ts";
import { privateSource, suitesToTry } from "./apt-archive.ts";
import { aptComplaint } from "./apt-complaint.ts";
import { type MachineApt, machineApt } from "./machine-apt.ts";
import { packageIn, unusable } from "./package-record.ts";
import { type PrivateApt, withPrivateApt } from "./private-apt.ts";
import type { Program } from "./program.ts";
import { type KeptProgram, keepProgram } from "./server-cache.ts";
import { programVersion } from "./server-version.ts";
import { versionIn } from "./version.ts";

export interface DebianPackageOptions {
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  /** Debian's name of it: amd64 or arm64. */
  readonly architecture: string;
  /** Is told of each step that asks the network. */
  readonly say: (line: string) => void;
}

/** Why a suite gave no program. `final`: another suite would fail in the same way, and as slowly. */
interface Refusal {
  readonly reason: string;
  readonly final: boolean;
}

const refused = (reason: string, final = false): Either<Refusal, never> => left({ reason, final });

const failed = (ran: Ran): boolean => ran.code !== 0;

const unpacked = async (
  apt: PrivateApt,
  { program, env }: Pick<DebianPackageOptions, "program" | "env">,
): Promise<Either<string, KeptProgram>> => {
  const file = (await readdir(apt.dir)).find((name) => name.endsWith(".deb"));
  if (file === undefined) return left("apt downloaded no package");
  const to = join(apt.dir, "unpacked");
  const ran = await run(["dpkg-deb", "-x", join(apt.dir, file), to], { env, timeoutMs: 60_000 });
  if (failed(ran)) return left(`the package was not unpacked: ${ran.notStarted ?? ran.stderr.trim()}`);
  const within = (await readdir(to, { recursive: true })).find(
    (path) =>
      ["usr/bin", "usr/sbin"].includes(path.slice(0, -program.name.length - 1)) && path.endsWith(`/${program.name}`),
  );
  if (within === undefined) return left(`the package has no usr/bin/${program.name}`);
  const binary = join(to, within);
  const version = await programVersion(program, binary, env);
  return version._tag === "Left"
    ? left(`the program in it ${version.left}`)
    : right({ binary, version: version.right });
};

const trySuite = async (
  apt: PrivateApt,
  machine: MachineApt,
  suite: string,
  libc: string | undefined,
  { program, env, architecture, say }: DebianPackageOptions,
): Promise<Either<Refusal, KeptProgram>> => {
  const { packageName, oldest } = program;
  const { uri } = machine.archive;
  say(`reading the package list of ${machine.distribution.name} ${suite}`);
  await apt.useSource(privateSource({ ...machine, suite, architecture }));
  const updated = await apt.get("update");
  if (failed(updated)) return refused(aptComplaint(updated, uri), updated.timedOut || updated.notStarted !== null);
  const found = packageIn((await apt.show(packageName)).stdout, packageName);
  if (found === undefined) return refused(`has no ${packageName}`);
  const reason = unusable(found, libc, oldest);
  if (reason !== undefined) return refused(reason);
  say(`downloading the package ${packageName} ${found.version}`);
  const downloaded = await apt.get("download", `${packageName}=${found.version}`);
  if (failed(downloaded)) return refused(aptComplaint(downloaded, uri), downloaded.timedOut);
  const server = await unpacked(apt, { program, env });
  return server._tag === "Left" ? refused(server.left) : right(server.right);
};

const machineLibc = async (env: NodeJS.ProcessEnv, architecture: string): Promise<string | undefined> => {
  const query = ["-W", "-f", "$" + "{Version}", `libc6:${architecture}`];
  return versionIn((await run(["dpkg-query", ...query], { env, timeoutMs: 10_000 })).stdout);
};

const fromSuites = async (
  apt: PrivateApt,
  machine: MachineApt,
  options: DebianPackageOptions,
): Promise<Either<string, KeptProgram>> => {
  const { program, env, architecture } = options;
  const libc = await machineLibc(env, architecture);
  const refusals: string[] = [];
  const newestFirst = suitesToTry(machine.distribution);
  for (const suite of program.prefers === "newest" ? newestFirst : newestFirst.toReversed()) {
    const server = await trySuite(apt, machine, suite, libc, options);
    if (server._tag === "Right") {
      return right({ ...server.right, binary: await keepProgram(program, env, server.right, architecture) });
    }
    refusals.push(`${suite}: ${server.left.reason}`);
    if (server.left.final) break;
  }
  return left(refusals.map((refusal) => `\n      ${refusal}`).join(""));
};

/** Downloads, checks and keeps a program; or says of each suite why it gave none. */
export const debianPackage = async (options: DebianPackageOptions): Promise<Either<string, KeptProgram>> => {
  const machine = await machineApt(options.env);
  if (machine._tag === "Left") return machine;
  try {
    return await withPrivateApt(options.env, (apt) => fromSuites(apt, machine.right, options));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return left(`it cannot be kept: ${why}; set XDG_CACHE_HOME and TMPDIR to folders that can be written`);
  }
};
