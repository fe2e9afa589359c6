/**
 * How deployments ended on all hosts, counted from the log itself: from its first record at the start, and then from where it
 * left off. Nothing is taken from what an alerter is handed, because two of them share that. What is kept is a place in the log
 * for each status and a time for each host.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { tierOf } from "../../lib/contract/address.ts";
import type { HostName, Tier } from "../../lib/contract/names.ts";
import { outcomeOf, outcomeStatuses } from "../../lib/contract/outcome.ts";
import type { FleetMeter } from "../../lib/router/metering.ts";
import type { Enrolled, LogReader, Roster, Stored } from "../../lib/router/ports.ts";
import { type ResponseRecord, readRecord } from "../records.ts";

interface FleetCountsEnv {
  readonly log: Pick<LogReader, "range" | "end">;
  readonly roster: Roster;
  readonly meter: FleetMeter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A failure carries the last lines of its job, so a page may be large. */
const pageSize = 256;

/** The places of hosts change when people change the fleet. */
const rosterMs = 60_000;

type Seen = Map<HostName, { readonly tier: Tier; readonly atMs: number }>;

/** The same as streams/records.ts reads it: what is none of hd's ends nothing. */
const countOne = ({ took, ended }: FleetMeter, seen: Seen, { host, tier, event, atMs }: ResponseRecord): void => {
  const outcome = outcomeOf(event);
  if (outcome === undefined) return;
  const { status, action, elapsedMs } = outcome;
  ended(outcome, 1);
  if (elapsedMs !== undefined) took({ action, success: status === "completed" }, elapsedMs, 1);
  if (status === "completed") seen.set(host, { tier, atMs });
};

const countAll = (page: readonly Stored[], meter: FleetMeter, seen: Seen): void => {
  for (const stored of page) {
    const record = readRecord(stored);
    if (record.kind === "response") countOne(meter, seen, record);
  }
};

/** Where the next record of a status is looked for. */
type Places = Map<string, number>;

/** False: the log cannot be read now; what was read stays counted. */
const read = async ({ log, meter }: FleetCountsEnv, status: string, places: Places, seen: Seen): Promise<boolean> => {
  for (;;) {
    const page = await log.range(places.get(status) ?? 1, `hd.res.*.*.${status}`, pageSize)();
    if (isLeft(page)) return false;
    countAll(page.right, meter, seen);
    const last = page.right.at(-1);
    if (last !== undefined) places.set(status, last.seq + 1);
    if (page.right.length < pageSize) return true;
  }
};

const showHosts = ({ meter }: FleetCountsEnv, hosts: readonly Enrolled[], seen: Seen): void =>
  meter.hosts(
    hosts.flatMap(({ hostname, addresses: [first] }) => {
      const known = seen.get(hostname);
      if (known !== undefined) return [{ hostname, ...known }];
      return first === undefined ? [] : [{ hostname, tier: tierOf(first), atMs: 0 }];
    }),
  );

/** What comes back counts what came since. True: everything that there was when it was called. Calls must not overlap. */
export const fleetCounts = (env: FleetCountsEnv): (() => Promise<boolean>) => {
  const places: Places = new Map();
  const seen: Seen = new Map();
  let [hosts, askedMs, isWhole]: [readonly Enrolled[], number, boolean] = [[], Number.NEGATIVE_INFINITY, false];
  const askHosts = async (): Promise<void> => {
    if (env.now() - askedMs < rosterMs) return;
    const asked = await env.roster.enrolled()();
    if (!isLeft(asked)) [hosts, askedMs] = [asked.right, env.now()];
  };
  return async () => {
    const end = await env.log.end()();
    if (isLeft(end)) return isWhole;
    for (const status of outcomeStatuses) if (!(await read(env, status, places, seen))) return isWhole;
    await askHosts();
    showHosts(env, hosts, seen);
    env.meter.upTo(end.right);
    isWhole = true;
    return true;
  };
};
