/**
 * Which rows of the history are wanted, and what that says about subjects. A filter on subjects may leave out only what
 * cannot become a wanted row: the newest record of a deployment is its row, so a status narrows only if it is an ending.
 */

import type { HostName, Requester, Role, Tier } from "../lib/contract/names.ts";
import { type Action, type Control, isTerminal, type RequestId, type Status } from "../lib/contract/values.ts";
import { askedIn, type HistoryRow, type RowStatus } from "./history-row.ts";
import { roleIn } from "./roster.ts";

export interface HistoryQuery {
  /** At most so many rows. */
  readonly limit: number;
  /** Only rows whose newest record stands before this sequence: the next page. */
  readonly before?: number | undefined;
  /** How many records to look at for what no subject tells; left out: as many as take about a second. */
  readonly budget?: number | undefined;
  readonly id?: RequestId | undefined;
  readonly host?: HostName | undefined;
  readonly tier?: Tier | undefined;
  readonly role?: Role | undefined;
  readonly requester?: Requester | undefined;
  readonly status?: RowStatus | undefined;
  /** Of control requests the verb stands for it. */
  readonly action?: Action | Control | undefined;
  /** By when the log stored the newest record of a deployment. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** The ending that is wanted, if it is one. */
export const endingOf = ({ status }: HistoryQuery): string | undefined =>
  status !== undefined && isSaid(status) && isTerminal(status) ? status : undefined;

/** Of what hosts say. */
export const isSaid = (status: RowStatus): status is Status => !unsaid.includes(status);
const unsaid: readonly RowStatus[] = ["waiting", "asked", "denied", "unreadable"];

/** What became of a wish. */
const ofWish: readonly (RowStatus | undefined)[] = ["asked", "denied"];

/** Whether a wish can be a wanted row. */
export const wantsWishes = ({ status }: HistoryQuery): boolean =>
  status === undefined || ofWish.includes(status) || status === "unreadable";

const responsesFor = (query: HistoryQuery): string => {
  const tokens = [query.tier, query.host, endingOf(query)];
  return tokens.every((token) => token === undefined)
    ? "hd.res.>"
    : `hd.res.${tokens.map((token) => token ?? "*").join(".")}`;
};

/** Whether a request by itself, without any response, can be a wanted row. */
const wantsRequests = ({ status }: HistoryQuery): boolean =>
  status === undefined || status === "waiting" || status === "unreadable";

/** Of the requests to one address also those with a verb behind it. */
const withVerbs = (filter: string): readonly string[] => [filter, `${filter}.*`];

/** The requests that can be those of wanted rows. */
export const requestsFor = ({ requester, tier, role, host }: HistoryQuery, alone: boolean): readonly string[] => {
  const place = `hd.req.${requester ?? "*"}.${tier ?? "*"}`;
  if (role !== undefined) return withVerbs(`${place}.role.${role}`);
  // A host also answers what was asked of many; by itself only what was asked of it is its row.
  if (host !== undefined && alone) return withVerbs(`${place}.${host}`);
  return [requester === undefined && tier === undefined ? "hd.req.>" : `${place}.>`];
};

/** The wishes that can be wanted rows: to what a request would have been sent, without a verb. */
export const wishesFor = (query: HistoryQuery, alone: boolean): string =>
  (requestsFor(query, alone)[0] ?? "hd.req.>").replace("hd.req", "hd.ask");

/** The filters of all records that can be, or be the newest of, wanted rows. No two match the same record. */
export const filtersFor = (query: HistoryQuery): readonly string[] => {
  const wishes = wantsWishes(query) ? [wishesFor(query, true)] : [];
  if (ofWish.includes(query.status)) return wishes;
  const responses = responsesFor(query);
  const requests = wantsRequests(query) ? requestsFor(query, true) : [];
  return responses === "hd.res.>" && requests[0] === "hd.req.>" ? [">"] : [responses, ...requests, ...wishes];
};

const same = <T>(wanted: T | undefined, given: T | undefined): boolean => wanted === undefined || wanted === given;

/** All but what only the request tells, or what was said of a wish; for leaving a row out before its request is looked up. */
export const mayMatch = (query: HistoryQuery, row: HistoryRow): boolean =>
  same(query.id, row.id) &&
  same(query.host, row.host) &&
  same(query.tier, row.tier) &&
  (same(query.status, row.status) || (row.wish !== undefined && query.status === "denied")) &&
  (askedIn(row) === undefined || same(query.action, askedIn(row))) &&
  (row.requester === undefined || same(query.requester, row.requester)) &&
  row.seq < (query.before ?? Number.POSITIVE_INFINITY) &&
  row.atMs >= (query.sinceMs ?? 0) &&
  row.atMs <= (query.untilMs ?? Number.POSITIVE_INFINITY);

export const matches = (query: HistoryQuery, row: HistoryRow): boolean =>
  mayMatch(query, row) &&
  same(query.status, row.status) &&
  same(query.action, askedIn(row)) &&
  same(query.requester, row.requester) &&
  same(query.role, row.address === undefined ? undefined : roleIn(row.address));
