/** Where each host goes back to. Decided for all of them before anything is sent: where one has nowhere to go, nobody goes. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { type Healthy, mostEndings, type WayBack, wayBack } from "../../streams/healthy.ts";
import { timestamp } from "../print/age.ts";
import { names } from "../print/names.ts";
import type { Meant } from "../work/targets.ts";

type Log = Bus["log"];

/** A host, and where it goes. */
export interface Step {
  readonly meant: Meant;
  readonly from: WayBack["from"];
  readonly to: Healthy;
}

const hostnames = (meant: readonly Meant[]): readonly string[] =>
  meant.flatMap(({ hosts }) => hosts.map(({ hostname }) => hostname));

const nowhere = (meant: readonly Meant[], repeated: string): Failure => {
  const hosts = hostnames(meant);
  const whose = `${names(hosts)} ${hosts.length === 1 ? "has" : "have"} no earlier system`;
  const why = `${whose} that was healthy there, among the newest ${mostEndings} endings`;
  const next = `Name the hosts that shall go back, or choose a commit: hd history --status completed${repeated}`;
  return failure("invalid_request", `Nothing was sent: ${why}. ${next}`);
};

/** Hosts together, because each takes a few looks, but not all of a large fleet at once. */
const atOnce = 32;

const waysOf = async (
  log: Log,
  meant: readonly Meant[],
  end: number,
): Promise<Either<Failure, ReadonlyMap<string, WayBack>>> => {
  const ways = new Map<string, WayBack>();
  const hosts = meant.flatMap((one) => one.hosts.map(({ hostname }) => hostname));
  for (let at = 0; at < hosts.length; at += atOnce) {
    const some = hosts.slice(at, at + atOnce);
    for (const [n, way] of (await Promise.all(some.map((host) => wayBack(log, host, end)()))).entries()) {
      if (isLeft(way)) return way;
      ways.set(some[n] ?? "", way.right);
    }
  }
  return right(ways);
};

/** `meant`: each one host. */
export const stepsOf = async (
  log: Log,
  meant: readonly Meant[],
  repeated: string,
): Promise<Either<Failure, readonly Step[]>> => {
  const end = await log.end()();
  if (isLeft(end)) return end;
  const ways = await waysOf(log, meant, end.right);
  if (isLeft(ways)) return ways;
  const steps = meant.flatMap((one): readonly Step[] => {
    const { from, to } = ways.right.get(hostnames([one]).join()) ?? {};
    return to === undefined ? [] : [{ meant: one, from, to }];
  });
  const stuck = meant.filter((one) => !steps.some((step) => step.meant === one));
  return stuck.length === 0 ? right(steps) : left(nowhere(stuck, repeated));
};

const short = (commit: string): string => commit.slice(0, 7);

const way = ({ from, to }: Step): string =>
  `${from?.commit === undefined ? "" : `from ${short(from.commit)} `}to ${short(to.commit)}`;

export const stepText = (step: Step): string => {
  const { requester = "somebody", atMs } = step.to;
  return `${hostnames([step.meant]).join()} goes back ${way(step)}, as ${requester} had it deployed ${timestamp(atMs)}\n`;
};

export const reasonFor = (step: Step): string => `rollback ${way(step)}`;
