/**
 * Since when each host lacks something, as the log tells it at one of its places. What the log says as of a place never changes,
 * so it is asked once for each: while nothing new comes, a look costs nothing.
 */
import { type Either, isLeft, isRight, right } from "fp-ts/lib/Either.js";
import { parseResponseSubject } from "../../lib/contract/address.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { LogIndex, LogReader, Stored } from "../../lib/router/ports.ts";
import { type ResponseRecord, readRecord } from "../records.ts";

export type LackLog = Pick<LogReader, "next" | "range"> & Pick<LogIndex, "newest">;

export interface Lack {
  /** By the clock of the server. */
  readonly sinceMs: number;
  /** The record that it begins with, if it is one. */
  readonly by?: ResponseRecord | undefined;
}

/** `undefined`: the host lacks nothing. Of a host that is not in it nobody can tell. */
export type Lacks = ReadonlyMap<HostName, Lack | undefined>;

/** The newest of each that a host said. */
export interface Newest {
  readonly accepted?: Stored;
  readonly completed?: Stored;
  readonly failed?: Stored;
}

/** Of deployments that a host took on. */
export const statuses = ["accepted", "completed", "failed"] as const;

export const isKnown = (status: string): status is (typeof statuses)[number] => statuses.some((one) => one === status);

/** In the order of the log, so that the last of a host is its newest, whatever tier it was in. */
const byHost = (records: readonly Stored[]): ReadonlyMap<HostName, Newest> => {
  const found = new Map<HostName, Newest>();
  for (const stored of records) {
    const { host, status } = parseResponseSubject(stored.subject) ?? {};
    if (host !== undefined && status !== undefined && isKnown(status))
      found.set(host, { ...found.get(host), [status]: stored });
  }
  return found;
};

export type Ask<A> = (upTo: number) => Promise<Either<Failure, A>>;

/** Keeps the last answer. */
export const asked = <A>(ask: Ask<A>): Ask<A> => {
  let known: { readonly upTo: number; readonly value: A } | undefined;
  return async (upTo) => {
    if (known?.upTo === upTo) return right(known.value);
    const value = await ask(upTo);
    if (isRight(value)) known = { upTo, value: value.right };
    return value;
  };
};

export const newestOfHosts = (log: Pick<LogIndex, "newest">): Ask<ReadonlyMap<HostName, Newest>> =>
  asked(async (upTo) => {
    const filters = statuses.map((status) => `hd.res.*.*.${status}`);
    const newest = upTo === 0 ? right([]) : await log.newest(filters, upTo)();
    return isLeft(newest) ? newest : right(byHost(newest.right));
  });

export const responseIn = (stored: Stored | undefined): ResponseRecord | undefined => {
  const record = stored && readRecord(stored);
  return record?.kind === "response" ? record : undefined;
};

/** One host after the other: those that need more than the index are few. */
export const eachHost = async (
  hosts: ReadonlyMap<HostName, Newest>,
  ask: (host: HostName, newest: Newest) => Promise<Either<Failure, Lack | undefined>>,
): Promise<Either<Failure, Lacks>> => {
  const lacks = new Map<HostName, Lack | undefined>();
  for (const [host, newest] of hosts) {
    const lack = await ask(host, newest);
    if (isLeft(lack)) return lack;
    lacks.set(host, lack.right);
  }
  return right(lacks);
};
