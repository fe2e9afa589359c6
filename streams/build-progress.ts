/**
 * How far a build is, folded from what builders said of it. Its first ending stands, whatever is said later. What a host had
 * to say at length stands in its own record only, so the list of the end adds to it and takes nothing away.
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

const hostsAfter = (known: BuildProgress["hosts"], { event }: BuildResponseRecord): BuildProgress["hosts"] => {
  const { host, results = [], log_tail: tail } = event;
  const hosts = new Map(known);
  const put = (one: BuiltHost, told?: readonly string[]): void => {
    const before = hosts.get(one.host);
    hosts.set(one.host, { ...before, ...one, tail: told ?? before?.tail ?? [] });
  };
  if (host !== undefined) put(host, tail);
  for (const one of results) put(one);
  return hosts;
};

export const advanceBuild = (known: BuildProgress, record: BuildResponseRecord): BuildProgress => {
  if (known.ended) return known;
  const { total = known.total, commit = known.commit, simulated = false } = record.event;
  return {
    newest: record,
    ended: isBuildEnd(record.status),
    hosts: hostsAfter(known.hosts, record),
    ...{ total, commit, simulated: known.simulated || simulated },
  };
};

/** A response to this very request; another one with the same id has another sequence. */
export const isResponseTo = (
  { event }: BuildResponseRecord,
  { id, seq }: Pick<BuildRequestRecord, "id" | "seq">,
): boolean => event.id === id && event.request_seq === seq;
