/**
 * Which rows of the history are wanted, and what that says about subjects. A filter on subjects may leave out only what
 * cannot become a wanted row: the newest record of a deployment is its row, so a status narrows only if it is an ending.
 */

import type { HostName, Requester, Role, Tier } from "../lib/contract/names.ts";
import { type Action, type Control, isTerminal, type RequestId } from "../lib/contract/values.ts";
import { askedIn, type HistoryRow, type RowStatus } from "./history-row.ts";
import { roleIn } from "./roster.ts";

export interface HistoryQuery {
  /** At most so many rows. */
  readonly limit: number;
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

const endingOf = ({ status }: HistoryQuery): string | undefined =>
  status !== undefined && status !== "waiting" && status !== "unreadable" && isTerminal(status) ? status : undefined;

export const responsesFor = (query: HistoryQuery): string => {
  const tokens = [query.tier, query.host, endingOf(query)];
  return tokens.every((token) => token === undefined)
    ? "hd.res.>"
    : `hd.res.${tokens.map((token) => token ?? "*").join(".")}`;
};

/** Whether a request by itself, without any response, can be a wanted row. */
const wantsRequests = ({ status }: HistoryQuery): boolean =>
  status === undefined || status === "waiting" || status === "unreadable";

/** `undefined`: requests need not be looked at in passing. With a role, only the requests to it are. */
export const requestsFor = (query: HistoryQuery): string | undefined => {
  const place = `hd.req.${query.requester ?? "*"}.${query.tier ?? "*"}`;
  if (query.role !== undefined) return `${place}.role.${query.role}`;
  if (!wantsRequests(query)) return query.id === undefined ? undefined : "hd.req.>";
  return query.requester === undefined && query.tier === undefined ? "hd.req.>" : `${place}.>`;
};

const same = <T>(wanted: T | undefined, given: T | undefined): boolean => wanted === undefined || wanted === given;

/** All but what only the request tells; for leaving a row out before its request is looked up. */
export const mayMatch = (query: HistoryQuery, row: HistoryRow): boolean =>
  same(query.id, row.id) &&
  same(query.host, row.host) &&
  same(query.tier, row.tier) &&
  same(query.status, row.status) &&
  (askedIn(row) === undefined || same(query.action, askedIn(row))) &&
  (row.requester === undefined || same(query.requester, row.requester)) &&
  row.atMs >= (query.sinceMs ?? 0) &&
  row.atMs <= (query.untilMs ?? Number.POSITIVE_INFINITY);

export const matches = (query: HistoryQuery, row: HistoryRow): boolean =>
  mayMatch(query, row) &&
  same(query.action, askedIn(row)) &&
  same(query.requester, row.requester) &&
  same(query.role, row.address === undefined ? undefined : roleIn(row.address));
