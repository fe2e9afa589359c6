/**
 * Where the nats-server comes from: `HD_NATS_SERVER`, PATH, the cache, the distribution's package, in this order. What was
 * named by hand is used or refused, never silently replaced by another; the network is asked only when nothing else serves.
 */
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { debianPackage } from "./debian-package.ts";
import { keptServers } from "./server-cache.ts";
import { serverVersion } from "./server-version.ts";
import { oldestVersion } from "./version.ts";

export interface FoundServer {
  readonly binary: string;
  readonly version: string;
  /** Where it was found, as a clause that fits after "nats-server 2.15.1". */
  readonly from: string;
}

export interface FindOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Is told of each step that asks the network. */
  readonly say: (line: string) => void;
}

/** What a place has: a server, or why it has none. */
type Attempt = Promise<Either<string, FoundServer>>;

/** Debian's name for what Node calls by another. */
const debianNames: Readonly<Record<string, string>> = { x64: "amd64" };
const architecture = debianNames[process.arch] ?? process.arch;

const attempt = async (binary: string, from: string, env: NodeJS.ProcessEnv): Attempt => {
  const version = await serverVersion(binary, env);
  return version._tag === "Left" ? left(`${binary} ${version.left}`) : right({ binary, version: version.right, from });
};

const onPath = async ({ env }: FindOptions): Attempt => {
  const dirs = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const binary = dirs.map((dir) => join(dir, "nats-server")).find(existsSync);
  return binary === undefined ? left("no nats-server") : attempt(binary, "on PATH", env);
};

const inCache = async ({ env }: FindOptions): Attempt => {
  const refusals: string[] = [];
  for (const { binary } of await keptServers(env, architecture)) {
    const found = await attempt(binary, "from the distribution's package, cached", env);
    if (found._tag === "Right") return found;
    refusals.push(found.left);
  }
  return left(refusals.length === 0 ? "empty" : refusals.join("; "));
};

const fromPackage = async (options: FindOptions): Attempt => {
  const server = await debianPackage({ ...options, architecture });
  return server._tag === "Left" ? server : right({ ...server.right, from: "from the distribution's package" });
};

const places: readonly (readonly [string, (options: FindOptions) => Attempt])[] = [
  ["PATH", onPath],
  ["cache", inCache],
  ["package", fromPackage],
];

const waysOut = `Any of these gives one:
  - nix develop, in the checkout
  - a package manager: a package nats-server, ${oldestVersion} or newer, whose program is on PATH
  - HD_NATS_SERVER=<path of a nats-server ${oldestVersion} or newer>`;

const notFound = (tried: readonly string[]): Failure<"unreachable"> =>
  failure(
    "unreachable",
    [`no nats-server ${oldestVersion} or newer was found. Tried:`, ...tried.map((line) => `  - ${line}`), waysOut].join(
      "\n",
    ),
  );

const named = async (path: string, env: NodeJS.ProcessEnv): Promise<Either<Failure<"unreachable">, FoundServer>> => {
  const found = await attempt(resolve(path), "named by HD_NATS_SERVER", env);
  if (found._tag === "Right") return found;
  return left(failure("unreachable", `HD_NATS_SERVER cannot be used: ${found.left}. Correct it, or unset it.`));
};

export const findServer = async (options: FindOptions): Promise<Either<Failure<"unreachable">, FoundServer>> => {
  const byHand = options.env["HD_NATS_SERVER"];
  if (byHand !== undefined && byHand !== "") return named(byHand, options.env);
  const tried = ["HD_NATS_SERVER: not set"];
  for (const [place, look] of places) {
    const found = await look(options);
    if (found._tag === "Right") return found;
    tried.push(`${place}: ${found.left}`);
  }
  return left(notFound(tried));
};
