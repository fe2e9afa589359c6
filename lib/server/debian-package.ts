/**
 * A program out of the distribution's package, without installing it and without root: the machine's own mirror, a newer
 * suite, apt's own check of the signatures. The first package that runs here is taken.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Ran, run } from "../nix/process.ts";
import { privateSource, suitesToTry } from "./apt-archive.ts";
import { aptComplaint } from "./apt-complaint.ts";
import { type MachineApt, machineApt } from "./machine-apt.ts";
import { packageIn, unusable } from "./package-record.ts";
import { type PrivateApt, withPrivateApt } from "./private-apt.ts";
import type { Program } from "./program.ts";
import { type KeptProgram, keepProgram } from "./server-cache.ts";
import { unpackProgram } from "./unpack-program.ts";
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
  const updated = await apt.update();
  if (failed(updated)) return refused(aptComplaint(updated, uri), updated.timedOut || updated.notStarted !== null);
  const found = packageIn((await apt.show(packageName)).stdout, packageName);
  if (found === undefined) return refused(`has no ${packageName}`);
  const reason = unusable(found, libc, oldest);
  if (reason !== undefined) return refused(reason);
  say(`downloading the package ${packageName} ${found.version}`);
  const downloaded = await apt.download(`${packageName}=${found.version}`, program.needs);
  if (failed(downloaded)) return refused(aptComplaint(downloaded, uri), downloaded.timedOut);
  const server = await unpackProgram(apt, program, env);
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
