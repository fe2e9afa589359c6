/**
 * Where a program such as the nats-server comes from: its variable, PATH, the cache, the distribution's package, in this order. What was
 * named by hand is used or refused, never silently replaced by another; the network is asked only when nothing else serves.
 */
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { debianPackage } from "./debian-package.ts";
import { natsServer, type Program } from "./program.ts";
import { keptPrograms } from "./server-cache.ts";
import { programVersion } from "./server-version.ts";

export interface FoundProgram {
  readonly binary: string;
  readonly version: string;
  /** Where it was found, as a clause that fits after "nats-server 2.15.1". */
  readonly from: string;
}

interface Wanted extends FindOptions {
  readonly program: Program;
}

export interface FindOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Is told of each step that asks the network. */
  readonly say: (line: string) => void;
}

/** What a place has: a program, or why it has none. */
type Attempt = Promise<Either<string, FoundProgram>>;

/** Debian's name for what Node calls by another. */
const debianNames: Readonly<Record<string, string>> = { x64: "amd64" };
const architecture = debianNames[process.arch] ?? process.arch;

const attempt = async (binary: string, from: string, { program, env }: Pick<Wanted, "program" | "env">): Attempt => {
  const version = await programVersion(program, binary, env);
  return version._tag === "Left" ? left(`${binary} ${version.left}`) : right({ binary, version: version.right, from });
};

const onPath = async (wanted: Wanted): Attempt => {
  const { program, env } = wanted;
  const dirs = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const binary = dirs.map((dir) => join(dir, program.name)).find(existsSync);
  return binary === undefined ? left(`no ${program.name}`) : attempt(binary, "on PATH", wanted);
};

const inCache = async (wanted: Wanted): Attempt => {
  const refusals: string[] = [];
  for (const { binary } of await keptPrograms(wanted.program, wanted.env, architecture)) {
    const found = await attempt(binary, "from the distribution's package, cached", wanted);
    if (found._tag === "Right") return found;
    refusals.push(found.left);
  }
  return left(refusals.length === 0 ? "empty" : refusals.join("; "));
};

const fromPackage = async (options: Wanted): Attempt => {
  const server = await debianPackage({ ...options, architecture });
  return server._tag === "Left" ? server : right({ ...server.right, from: "from the distribution's package" });
};

const places: readonly (readonly [string, (wanted: Wanted) => Attempt])[] = [
  ["PATH", onPath],
  ["cache", inCache],
  ["package", fromPackage],
];

const waysOutOf = ({ name, packageName, variable, oldest, waysOut }: Program): readonly string[] => [
  ...waysOut,
  `a package manager: a package ${packageName}, ${oldest} or newer, whose program is on PATH`,
  `${variable}=<path of a ${name} ${oldest} or newer>`,
];

const listed = (lines: readonly string[]): readonly string[] => lines.map((line) => `  - ${line}`);

const notFound = (program: Program, tried: readonly string[]): Failure<"unreachable"> =>
  failure(
    "unreachable",
    [
      `no ${program.name} ${program.oldest} or newer was found. Tried:`,
      ...listed(tried),
      "Any of these gives one:",
      ...listed(waysOutOf(program)),
    ].join("\n"),
  );

type Found = Either<Failure<"unreachable">, FoundProgram>;

const named = async (path: string, wanted: Wanted): Promise<Found> => {
  const { variable } = wanted.program;
  const found = await attempt(resolve(path), `named by ${variable}`, wanted);
  if (found._tag === "Right") return found;
  return left(failure("unreachable", `${variable} cannot be used: ${found.left}. Correct it, or unset it.`));
};

/** @internal */
export const findProgram = async (program: Program, options: FindOptions): Promise<Found> => {
  const wanted: Wanted = { ...options, program };
  const byHand = options.env[program.variable];
  if (byHand !== undefined && byHand !== "") return named(byHand, wanted);
  const tried = [`${program.variable}: not set`];
  for (const [place, look] of places) {
    const found = await look(wanted);
    if (found._tag === "Right") return found;
    tried.push(`${place}: ${found.left}`);
  }
  return left(notFound(program, tried));
};

export const findServer = (options: FindOptions): Promise<Found> => findProgram(natsServer, options);
