/**
 * Which hosts of a flake are built, and building them: several at once, each with a deadline of its own, and on after one that
 * failed. The names of a flake's hosts are what somebody wrote: only what could be a host's name comes near a command.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { buildHost } from "../lib/contract/build-address.ts";
import { type BuiltHost, mostBuiltHosts } from "../lib/contract/build-event.ts";
import type { BuildLimits } from "../lib/contract/builder-options.ts";
import { causeOf } from "../lib/contract/cause-of.ts";
import { read } from "../lib/contract/codec.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { HostName } from "../lib/contract/names.ts";
import { plain } from "../lib/contract/plain.ts";
import type { StorePath } from "../lib/contract/values.ts";
import type { Resolved } from "../lib/host/engine.ts";
import type { RepoEngine } from "../lib/host/repo-engine.ts";
import type { Time } from "../lib/host/time.ts";
import { type BuildOrder, nearestNames } from "./build-order.ts";

/** What is built of a flake. */
export interface Chosen {
  /** By name. */
  readonly hosts: readonly HostName[];
  /** Those of them that the flake lacks. Left out, a commit that deletes a host would look as if it built. */
  readonly missing: readonly HostName[];
  /** Configurations whose names no host can have. */
  readonly leftOut: readonly string[];
}

const unknown = (word: string, known: readonly string[]): Failure => {
  const nearest = nearestNames(word, known, 5).join(", ");
  const has = nearest === "" ? "it has none" : `nearest are: ${nearest}`;
  return failure("invalid_request", `The flake has no host ${word} that may be built here; ${has}. Nothing was built.`);
};

/** What the request names has to be there; what the configuration names is to be built in any case. */
const ofTarget = (
  order: BuildOrder,
  known: readonly HostName[],
  allowed: readonly HostName[],
): Either<Failure, readonly HostName[]> => {
  const one = buildHost(order);
  const wanted = one === undefined ? order.hosts : [one];
  if (wanted === undefined) return right([...new Set([...known, ...allowed])].toSorted());
  const stranger = wanted.find((host) => !known.includes(host));
  return stranger === undefined ? right([...new Set(wanted)].toSorted()) : left(unknown(stranger, known));
};

/** `allowed`: those that may be built at all; none: every one. */
export const chosenHosts = (
  order: BuildOrder,
  names: readonly string[],
  allowed: readonly HostName[],
): Either<Failure, Chosen> => {
  const all = names.map((name) => ({ name, host: read(HostName, name) }));
  const known = all.flatMap(({ host }) => host ?? []).filter((host) => allowed.length === 0 || allowed.includes(host));
  const hosts = ofTarget(order, known, allowed);
  if (isLeft(hosts)) return hosts;
  if (hosts.right.length === 0)
    return left(failure("invalid_request", "The flake has no hosts that may be built here. Nothing was built."));
  if (hosts.right.length > mostBuiltHosts)
    return left(
      failure(
        "invalid_request",
        `The flake has ${hosts.right.length} hosts, and at most ${mostBuiltHosts} are built at once: name them in the request. Nothing was built.`,
      ),
    );
  const isAll = buildHost(order) === undefined && order.hosts === undefined;
  const strange = isAll ? all.filter(({ host }) => host === undefined).map(({ name }) => plain(name, 80)) : [];
  const missing = hosts.right.filter((host) => !known.includes(host));
  return right({ hosts: hosts.right, missing, leftOut: strange });
};

export interface HostsEnv {
  readonly engine: RepoEngine;
  readonly limits: BuildLimits;
  readonly time: Pick<Time, "passedMs">;
  /** Nothing more is begun. */
  readonly isStopped: () => boolean;
  /** Told of each host that is done. */
  readonly onDone: (host: BuiltHost, failed: Failure | undefined) => void;
}

/** One after the other, by so many at once, in the order that they are given. */
const inParallel = async <A, B>(
  items: readonly A[],
  most: number,
  work: (item: A) => Promise<B>,
): Promise<readonly B[]> => {
  const done: B[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [n, item] of rest) done[n] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return done;
};

/** A defect of ours, or a disk that refuses, is one host's failure. */
const building = async (work: () => Promise<Either<Failure, StorePath>>): Promise<Either<Failure, StorePath>> => {
  try {
    return await work();
  } catch (thrown) {
    return left(failure("internal", `It could not be built: ${causeOf(thrown)}.`));
  }
};

const skipped = (host: HostName): BuiltHost => ({ host, outcome: "skipped" });

const lacking = (host: HostName): Failure =>
  failure(
    "build_failed",
    `The flake has no host ${host}, which the builder's configuration names. Add it to the flake, or take it out of \`hosts\` there.`,
  );

const failedHost = (host: HostName, { code, message }: Failure): BuiltHost => ({
  ...{ host, outcome: "failed" },
  error: code as NonNullable<BuiltHost["error"]>,
  message: plain(message.replace(/\s+/g, " "), 300),
});

/** Never rejects. In the order of the hosts. */
export const buildHosts = async (
  { hosts, missing }: Pick<Chosen, "hosts" | "missing">,
  resolved: Resolved,
  { engine, limits, time, isStopped, onDone }: HostsEnv,
): Promise<readonly BuiltHost[]> => {
  const endMs = time.passedMs() + limits.requestMs;
  return inParallel(hosts, limits.maxParallel, async (host) => {
    const startMs = time.passedMs();
    const timeoutMs = Math.min(limits.hostMs, endMs - startMs);
    if (isStopped() || timeoutMs <= 0) return skipped(host);
    const ended = missing.includes(host)
      ? left(lacking(host))
      : await building(engine.build({ resolved, host, timeoutMs }));
    const took = { elapsed_ms: Math.round(time.passedMs() - startMs) };
    const result: BuiltHost = isLeft(ended)
      ? { ...failedHost(host, ended.left), ...took }
      : { host, outcome: "built", closure: ended.right, ...took };
    onDone(result, isLeft(ended) ? ended.left : undefined);
    return result;
  });
};
