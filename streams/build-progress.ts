/**
 * How far a build is, folded from what builders said of it. Its first ending stands, whatever is said later. A build may be begun
 * again (docs/adr/0034-a-build-may-be-done-twice.md), at another commit with other hosts: then all from before is forgotten. What
 * a host had to say at length stands in its own record only, so it is kept for those that the end lists, and for no others.
 */
import type { BuiltHost } from "../lib/contract/build-event.ts";
import type { HostName } from "../lib/contract/names.ts";
import type { Commit } from "../lib/contract/values.ts";
import { isBuildEnd } from "../lib/contract/values.ts";
import type { BuildRequestRecord, BuildResponseRecord } from "./records.ts";

/** One host that is done, with the last lines of its output where it failed. */
export interface HostBuild extends BuiltHost {
  readonly tail: readonly string[];
}

export interface BuildProgress {
  /** The newest that was said, which is the ending once there is one. `undefined`: nothing yet. */
  readonly newest: BuildResponseRecord | undefined;
  readonly ended: boolean;
  readonly hosts: ReadonlyMap<HostName, HostBuild>;
  /** How many hosts are to be built, once it is known. */
  readonly total: number | undefined;
  readonly commit: Commit | undefined;
  readonly simulated: boolean;
}

export const unanswered: BuildProgress = {
  ...{ newest: undefined, ended: false, hosts: new Map(), total: undefined, commit: undefined, simulated: false },
};

/** What a builder says first of each try, and what it says once it knows the hosts. */
const begins = ({ status, event }: BuildResponseRecord): boolean =>
  status === "accepted" || (status === "started" && event.host === undefined);

/** Of a record that was too large the end lists none, and says nothing of them. Where it broke off, there is no list. */
const listed = (known: BuildProgress["hosts"], results: readonly BuiltHost[] | undefined): BuildProgress["hosts"] => {
  if (results?.length === 0) return known;
  return new Map(
    (results ?? []).map((one) => {
      const before = known.get(one.host);
      return [one.host, before?.outcome === one.outcome ? { ...before, ...one } : { ...one, tail: [] }];
    }),
  );
};

const hostsAfter = (known: BuildProgress["hosts"], record: BuildResponseRecord): BuildProgress["hosts"] => {
  const { host, results, log_tail: tail = [] } = record.event;
  if (isBuildEnd(record.status)) return listed(known, results);
  return host === undefined ? known : new Map(known).set(host.host, { ...host, tail });
};

export const advanceBuild = (progress: BuildProgress, record: BuildResponseRecord): BuildProgress => {
  if (progress.ended) return progress;
  const known = begins(record) ? unanswered : progress;
  const { total = known.total, commit = known.commit, simulated = false } = record.event;
  return {
    newest: record,
    ended: isBuildEnd(record.status),
    hosts: hostsAfter(known.hosts, record),
    ...{ total, commit, simulated: progress.simulated || simulated },
  };
};

/** A response to this very request; another one with the same id has another sequence. */
export const isResponseTo = (
  { event }: BuildResponseRecord,
  { id, seq }: Pick<BuildRequestRecord, "id" | "seq">,
): boolean => event.id === id && event.request_seq === seq;
