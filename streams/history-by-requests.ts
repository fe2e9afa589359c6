/**
 * The history from the requests' side: where few were sent by a requester, to a role or with an id, the rows are those of
 * these requests, however far back they stand. Only where all of them can be looked at, because an old request may have been
 * answered last.
 */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import { type Address, responseFilter, tierOf } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import { isTerminal } from "../lib/contract/values.ts";
import type { LogIndex, LogReader, Stored } from "../lib/router/ports.ts";
import { answersFrom } from "./answers-from.ts";
import { type HistoryQuery, matches, requestsFor } from "./history-query.ts";
import { type HistoryRow, rowOfRequest, rowOfResponse, withRequest } from "./history-row.ts";
import { wishRows } from "./history-wishes.ts";
import type { Stretch } from "./log-cursor.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "./records.ts";
import { hostIn, roleIn } from "./roster.ts";
import { findRequest } from "./show.ts";

type Log = LogReader & Pick<LogIndex, "count" | "subjects">;

type Requests = readonly RequestRecord[];

/** How many requests are few, how many places of responses to them, and how many records of a host are read for a request. */
const most = { requests: 256, places: 4_096, records: 256 };

/** `undefined`: they are too many, or the server cannot count. */
const fewRequests = async (log: Log, query: HistoryQuery): Promise<Either<Failure, Requests | undefined>> => {
  const found: Stored[] = [];
  for (const filter of requestsFor(query, false)) {
    const count = await log.count(1, filter)();
    if (isLeft(count)) return count;
    if (count.right === undefined || found.length + count.right > most.requests) return right(undefined);
    const some = count.right === 0 ? right([]) : await log.range(1, filter, count.right)();
    if (isLeft(some)) return some;
    found.push(...some.right);
  }
  return right(found.map(readRecord).filter((record) => record.kind === "request"));
};

const wanted = async (log: Log, query: HistoryQuery): Promise<Either<Failure, Requests | undefined>> => {
  if (query.id !== undefined) {
    const found = await findRequest(log, query.id)();
    return map((one: RequestRecord | undefined) => one && [one])(found);
  }
  return query.requester === undefined && query.role === undefined ? right(undefined) : fewRequests(log, query);
};

const isHosts = (address: Address): boolean => hostIn(address) !== undefined && hostIn(address) !== "all";

/** Where the hosts speak, each by its filter, that may have answered. */
const placesOf = (query: HistoryQuery, { address }: RequestRecord, all: readonly string[]): readonly string[] => {
  if (isHosts(address)) return [responseFilter(address)];
  const isOfTier = hostIn(address) === "all" || roleIn(address) !== undefined;
  const [tier, host] = [query.tier ?? (isOfTier ? tierOf(address) : undefined), query.host];
  return all.filter((place) => {
    const [, , ofTier, ofHost] = place.split(".");
    return (tier === undefined || tier === ofTier) && (host === undefined || host === ofHost);
  });
};

/** Of every host that ever spoke. */
const spoken = async (log: Log): Promise<Either<Failure, readonly string[]>> => {
  const subjects = await log.subjects("hd.res.*.*.*")();
  return map((counts: ReadonlyMap<string, number>) => [
    ...new Set([...counts.keys()].map((subject) => subject.replace(/[^.]*$/, "*"))),
  ])(subjects);
};

type Rows = Either<Failure, readonly HistoryRow[]>;

/** The newest record that each place has of the request, or the request alone. */
const rowsOf = async (log: Log, request: RequestRecord, places: readonly string[]): Promise<Rows> => {
  const asked = rowOfRequest(request);
  const about = { requestSeq: request.seq, from: request.seq + 1, most: most.records };
  const isLast = ({ status }: ResponseRecord): boolean => isTerminal(status);
  const all = places.map((filter) => answersFrom(log, { ...about, filter, isLast }));
  const rows: HistoryRow[] = [];
  for (const answers of await Promise.all(all)) {
    if (isLeft(answers)) return answers;
    const last = answers.right.at(-1);
    if (last !== undefined) rows.push(withRequest(rowOfResponse(last), asked));
  }
  return right(rows.length === 0 ? [asked] : rows);
};

/** Newest first, at most as many as are wanted. `undefined`: the requests do not tell, or are too many. */
export const byRequests = async (
  log: Log,
  query: HistoryQuery,
  { from, to }: Stretch,
): Promise<Either<Failure, readonly HistoryRow[] | undefined>> => {
  const requests = await wanted(log, query);
  if (isLeft(requests)) return requests;
  if (requests.right === undefined) return right(undefined);
  const groups = requests.right.some(({ address }) => !isHosts(address));
  const all = groups ? await spoken(log) : right([]);
  if (isLeft(all)) return all;
  const asked = requests.right.map((request) => ({ request, places: placesOf(query, request, all.right) }));
  if (asked.reduce((sum, { places }) => sum + places.length, 0) > most.places) return right(undefined);
  const isWanted = (row: HistoryRow): boolean => row.seq >= from && row.seq < to && matches(query, row);
  const rows: HistoryRow[] = [];
  for (const { request, places } of asked) {
    const some = await rowsOf(log, request, places);
    if (isLeft(some)) return some;
    rows.push(...some.right.filter(isWanted));
  }
  const wishes = await wishRows(log, query);
  if (isLeft(wishes)) return wishes;
  if (wishes.right === undefined) return right(undefined);
  rows.push(...wishes.right.filter(isWanted));
  return right(rows.sort((a, b) => b.seq - a.seq).slice(0, query.limit));
};
