/**
 * What the history says of each host in all: its last success and its last failure, how many deployments ended how, and how
 * long they take. From the log's index and a bounded sample, so that the size of the log does not matter.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { parseResponseSubject } from "../lib/contract/address.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { HostName, Tier } from "../lib/contract/names.ts";
import type { LogIndex, LogReader } from "../lib/router/ports.ts";
import { type DeploymentTimes, deploymentTimes } from "./deployment-times.ts";
import type { HistoryQuery } from "./history-query.ts";
import { type HistoryStretch, stretchOf } from "./history-stretch.ts";
import { type ResponseRecord, readRecord, type UnreadableRecord } from "./records.ts";

type SummaryLog = LogReader & LogIndex;

export type SummaryQuery = Pick<HistoryQuery, "host" | "tier" | "before" | "sinceMs" | "untilMs"> & {
  readonly phases: boolean;
};

const endings = ["completed", "failed", "rejected"] as const;
type Ending = (typeof endings)[number];

/** What stands there may be nothing that can be read. */
export type Last = ResponseRecord | UnreadableRecord;

export interface HostSummary {
  readonly tier: Tier;
  readonly host: HostName;
  readonly ended: Readonly<Record<Ending, number>>;
  readonly lastCompleted: Last | undefined;
  readonly lastFailed: Last | undefined;
  readonly times: DeploymentTimes;
}

interface Place {
  readonly tier: Tier;
  readonly host: HostName;
}

/** Hosts that are asked about at once. */
const atOnce = 16;

const subjectOf = ({ tier, host }: Place, ending: Ending): string => `hd.res.${tier}.${host}.${ending}`;

/** Every host that ever ended a deployment, once. */
const placesIn = (subjects: Iterable<string>): readonly Place[] => {
  const places = new Map<string, Place>();
  for (const subject of subjects) {
    const response = parseResponseSubject(subject);
    if (response === undefined || !endings.some((ending) => ending === response.status)) continue;
    const { tier, host } = response;
    places.set(`${tier}/${host}`, { tier, host });
  }
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
};

type Counted = Either<Failure, number>;

const cannotCount = failure(
  "invalid_request",
  "A summary of a stretch of time needs a NATS server from 2.11 on, which counts; leave out --since, --until and --before.",
);

/** Of the whole log the index tells; of a part of it, the difference of two counts. */
const endedIn = async (
  log: SummaryLog,
  subject: string,
  total: number,
  { from, to, end }: HistoryStretch,
): Promise<Counted> => {
  if (total === 0 || (from <= 1 && to > end)) return right(total);
  const [since, behind] = await Promise.all([log.count(from, subject)(), log.count(to, subject)()]);
  if (isLeft(since)) return since;
  if (isLeft(behind)) return behind;
  if (since.right === undefined || behind.right === undefined) return left(cannotCount);
  return right(Math.max(0, since.right - behind.right));
};

type Newest = ReadonlyMap<string, Last>;

/** The last success and the last failure of each host, by subject. */
const newestOf = async (
  log: SummaryLog,
  { tier, host }: SummaryQuery,
  { from, to }: HistoryStretch,
): Promise<Either<Failure, Newest>> => {
  const place = `hd.res.${tier ?? "*"}.${host ?? "*"}`;
  const newest = await log.newest([`${place}.completed`, `${place}.failed`], to - 1)();
  if (isLeft(newest)) return newest;
  const records = newest.right
    .filter(({ seq }) => seq >= from)
    .flatMap((one) => {
      const record = readRecord(one);
      return record.kind === "response" || record.kind === "unreadable" ? [[one.subject, record] as const] : [];
    });
  return right(new Map(records));
};

interface Gathering {
  readonly log: SummaryLog;
  readonly query: SummaryQuery;
  readonly stretch: HistoryStretch;
  readonly totals: ReadonlyMap<string, number>;
  readonly newest: Newest;
}

const summaryOf = async (
  { log, query, stretch, totals, newest }: Gathering,
  place: Place,
): Promise<Either<Failure, HostSummary>> => {
  const counting = endings.map((ending) => {
    const subject = subjectOf(place, ending);
    return endedIn(log, subject, totals.get(subject) ?? 0, stretch);
  });
  const [completed, failed, rejected] = await Promise.all(counting);
  const times = await deploymentTimes(log, `hd.res.${place.tier}.${place.host}`, stretch, query.phases);
  if (isLeft(times)) return times;
  for (const one of [completed, failed, rejected]) if (one !== undefined && isLeft(one)) return one;
  const count = (one: Counted | undefined): number => (one === undefined || isLeft(one) ? 0 : one.right);
  return right({
    ...place,
    ended: { completed: count(completed), failed: count(failed), rejected: count(rejected) },
    lastCompleted: newest.get(subjectOf(place, "completed")),
    lastFailed: newest.get(subjectOf(place, "failed")),
    times: times.right,
  });
};

const summarized = async (gathering: Gathering): Promise<Either<Failure, readonly HostSummary[]>> => {
  const places = placesIn(gathering.totals.keys());
  const all: HostSummary[] = [];
  for (let n = 0; n < places.length; n += atOnce) {
    for (const one of await Promise.all(places.slice(n, n + atOnce).map((place) => summaryOf(gathering, place)))) {
      if (isLeft(one)) return one;
      all.push(one.right);
    }
  }
  return right(all.filter(({ ended }) => ended.completed + ended.failed + ended.rejected > 0));
};

/** Of each host that ended a deployment there, by tier and name. */
export const historySummary =
  (log: SummaryLog, query: SummaryQuery): TaskEither<Failure, readonly HostSummary[]> =>
  async () => {
    const stretch = await stretchOf(log, query);
    if (isLeft(stretch)) return stretch;
    const [totals, newest] = await Promise.all([
      log.subjects(`hd.res.${query.tier ?? "*"}.${query.host ?? "*"}.*`)(),
      newestOf(log, query, stretch.right),
    ]);
    if (isLeft(totals)) return totals;
    if (isLeft(newest)) return newest;
    return summarized({ log, query, stretch: stretch.right, totals: totals.right, newest: newest.right });
  };
