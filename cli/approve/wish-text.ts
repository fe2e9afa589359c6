/** A wish for people and for programs, with what became of it: what somebody reads before saying a word about it. */
import { shortAddress } from "../../lib/contract/address.ts";
import { wishLifeMs } from "../../lib/contract/ask.ts";
import type { WishRecord, WishState } from "../../streams/wishes.ts";
import { age, clock, timestamp } from "../print/age.ts";
import { askedByText } from "../print/asked-by.ts";
import { whole } from "../print/json.ts";
import { names } from "../print/names.ts";
import { oneLine } from "../print/one-line.ts";
import type { Paint } from "../print/paint.ts";
import { field } from "../show/field.ts";

const longestReason = 1_000;

export interface Told {
  readonly wish: WishRecord;
  readonly state: WishState;
}

export const stateText = ({ wish: { requester: by }, state }: Told): string => {
  switch (state.kind) {
    case "open":
      return `waits for a person's approval until ${clock(state.untilMs)}`;
    case "expired":
      return `nobody approved it in time; it expired at ${timestamp(state.untilMs)}`;
    case "denied":
      return `denied by ${state.by}, ${timestamp(state.atMs)}${state.reason === undefined ? "" : `: ${oneLine(state.reason, longestReason)}`}`;
    case "sent":
      if (state.request.requester === by)
        return `came true by its own requester, ${timestamp(state.request.atMs)}, at ${state.request.seq} in the log`;
      return `approved by ${state.request.requester}, ${timestamp(state.request.atMs)}, at ${state.request.seq} in the log`;
  }
};

/** What is sent is the commit; that the revision was this commit is the word of who wishes. */
const revisionOf = ({ requester, wish: { revision, commit } }: WishRecord): string =>
  commit === undefined || `${commit}` === revision ? revision : `${commit}, which was ${revision} as ${requester} says`;

export const wishText = (
  { wish: record, state }: Told,
  { paint, nowMs }: { readonly paint: Paint; readonly nowMs: number },
): string => {
  const { atMs, seq, requester, address, wish } = record;
  const { id, action, reason, client, tool, hosts, rollback, tolerate_units: units, replay_of } = wish;
  return [
    paint.bold(`wish ${id}`),
    ...field("asked by", askedByText({ requester, client, tool })),
    ...field("asked", `${timestamp(atMs)} (${age(atMs, nowMs)}), at ${seq} in the log`),
    ...field("target", `${shortAddress(address)} (${address})`),
    ...field("hosts", names(hosts, hosts.length)),
    ...field("action", action),
    ...field("revision", revisionOf(record)),
    ...field("rollback", rollback ? undefined : "none: the new system stays as it is, also when it is not healthy"),
    ...field("tolerates", units.length === 0 ? undefined : `that these units fail: ${names(units)}`),
    ...field("replay of", replay_of),
    ...field("reason", reason === undefined ? undefined : oneLine(reason, longestReason)),
    ...field("state", stateText({ wish: record, state })),
    "",
  ].join("\n");
};

const wordDocument = (state: WishState): object => {
  switch (state.kind) {
    case "denied":
      return { by: state.by, at: new Date(state.atMs).toISOString(), reason: state.reason ?? null };
    case "sent":
      return {
        by: state.request.requester,
        at: new Date(state.request.atMs).toISOString(),
        request_seq: state.request.seq,
      };
    default:
      return { until: new Date(state.untilMs).toISOString() };
  }
};

/** In the names of the wire. */
export const wishDocument = ({ wish: { seq, atMs, requester, address, wish }, state }: Told): object =>
  whole({
    ...{ id: wish.id, seq, stored_at: new Date(atMs).toISOString(), requester, target: shortAddress(address) },
    ...{ state: state.kind, ...wordDocument(state), expires_at: new Date(atMs + wishLifeMs).toISOString() },
    wish,
  });
