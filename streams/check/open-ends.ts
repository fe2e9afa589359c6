/**
 * What has no end when the log has been read: requests that a host took and did not end, and requests that nobody answered. What
 * is young, or waits in the queue of a host, is no finding: it will be answered.
 */
import type { HostName } from "../../lib/contract/names.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import type { Seen } from "../presences.ts";
import { hostIn } from "../roster.ts";
import { ignored, unended } from "./kinds.ts";
import { type HostLog, type OpenLife, type Reading, targetOf } from "./reading.ts";
import type { Request } from "./requests.ts";

/** Where the log is, beside what stands in it. */
export interface Surroundings {
  readonly nowMs: number;
  /** `undefined`: nobody to ask, as for a file. */
  readonly enrolled: readonly Enrolled[] | undefined;
  /** What the hosts announced last. */
  readonly seen: ReadonlyMap<HostName, Seen>;
}

export interface OpenEnds {
  readonly underWay: number;
  readonly unanswered: number;
  /** Requests that wait in the queues of hosts, with those hosts. */
  readonly waiting: { readonly count: number; readonly hosts: ReadonlySet<HostName> };
}

/** Longer than a deployment takes that keeps its deadlines. */
const patienceMs = 3_600_000;

const doing = (seen: Seen | undefined): string | undefined =>
  seen?.presence._tag === "Right" ? seen.presence.right.doing?.id : undefined;

const isUnderWay = ({ nowMs, seen }: Surroundings, host: HostName, { id, atMs }: OpenLife): boolean =>
  nowMs - atMs < patienceMs || (id !== undefined && doing(seen.get(host)) === id);

interface Taken {
  readonly seq: number;
  readonly host: HostName;
  readonly life: OpenLife;
}

const takenBy = ({ hosts }: Reading): readonly Taken[] =>
  [...hosts.values()]
    .flatMap(({ host, open }) => [...open].map(([seq, life]) => ({ seq, host, life })))
    .sort((a, b) => a.seq - b.seq);

const judgeTaken = (reading: Reading, around: Surroundings): number => {
  const taken = takenBy(reading);
  const late = taken.filter(({ host, life }) => !isUnderWay(around, host, life));
  for (const { seq, host, life } of late) {
    const isAway = around.enrolled?.some((one) => one.hostname === host && !one.present) ?? false;
    const text = `${host} has not ended ${life.id ?? "it"}${isAway ? "; it is away, and ends it when it is back" : ""}`;
    reading.found.add(unended, seq, () => ({ text, atMs: life.atMs }));
  }
  return taken.length - late.length;
};

const hasAnswered = (log: HostLog | undefined, seq: number): boolean =>
  log !== undefined && (log.ended.has(seq) || log.open.has(seq));

/** It serves its own address always, and a group from the first request that it answered there. */
const isMeant = ({ hosts }: Reading, { hostname }: Enrolled, { address, seq }: Request): boolean =>
  hostIn(address) === hostname || (hosts.get(hostname)?.serves.get(address) ?? Number.POSITIVE_INFINITY) < seq;

/** By address, so that a log of many requests to few addresses does not look at all hosts each time. */
const byAddress = (enrolled: readonly Enrolled[]): ReadonlyMap<string, readonly Enrolled[]> => {
  const all = new Map<string, Enrolled[]>();
  for (const host of enrolled)
    for (const address of host.addresses) all.set(address, [...(all.get(address) ?? []), host]);
  return all;
};

/** Of the hosts at its address, those that owe an answer; where nobody answered at all, all that are there today. */
const owing = (reading: Reading, request: Request, there: readonly Enrolled[]): readonly Enrolled[] => {
  const silent = there.filter(({ hostname }) => !hasAnswered(reading.hosts.get(hostname), request.seq));
  return reading.answered.has(request.seq) ? silent.filter((host) => isMeant(reading, host, request)) : silent;
};

const textOf = (reading: Reading, request: Request, hosts: readonly Enrolled[]): string => {
  const target = targetOf(request);
  if (reading.answered.has(request.seq)) return `${hosts.map(({ hostname }) => hostname).join(", ")} of ${target}`;
  return hosts.length === 0 ? `${target}, which nobody serves` : target;
};

/** `answered`: by all who owe an answer. `waiting`: in the queues of all who do. */
type Standing = "answered" | "waiting" | "young" | "late";

const standingOf = ({ answered }: Reading, request: Request, hosts: readonly Enrolled[], nowMs: number): Standing => {
  if (hosts.length === 0 && answered.has(request.seq)) return "answered";
  if (hosts.length > 0 && hosts.every(({ pending }) => pending > 0)) return "waiting";
  return nowMs < request.untilMs ? "young" : "late";
};

const judgeUnanswered = (reading: Reading, around: Surroundings): Omit<OpenEnds, "underWay"> => {
  const at = byAddress(around.enrolled ?? []);
  const waitingHosts = new Set<HostName>();
  const counts: Record<Standing, number> = { answered: 0, waiting: 0, young: 0, late: 0 };
  for (const request of reading.requests.all()) {
    const hosts = owing(reading, request, at.get(request.address) ?? []);
    const standing = standingOf(reading, request, hosts, around.nowMs);
    counts[standing] += 1;
    if (standing === "waiting") for (const { hostname } of hosts) waitingHosts.add(hostname);
    if (standing !== "late") continue;
    const { seq, atMs } = request;
    reading.found.add(ignored, seq, () => ({ text: textOf(reading, request, hosts), atMs }));
  }
  return { unanswered: counts.young, waiting: { count: counts.waiting, hosts: waitingHosts } };
};

/** To be called once, when all was read. */
export const judgeOpenEnds = (reading: Reading, around: Surroundings): OpenEnds => ({
  underWay: judgeTaken(reading, around),
  ...judgeUnanswered(reading, around),
});
