/**
 * One line of the history: a deployment (one request on one host) as its newest record tells it, a request that nobody has
 * answered, or a record that cannot be read. A row holds no log tail, so that many rows stay small.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { type Address, parseResponseSubject, tierOf } from "../lib/contract/address.ts";
import type { HostName, Requester, Tier } from "../lib/contract/names.ts";
import type { Action, Commit, Phase, Proof, RequestId, Revision, Status, StorePath } from "../lib/contract/values.ts";
import type { RequestRecord, ResponseRecord, UnreadableRecord } from "./records.ts";
import { hostIn } from "./roster.ts";

export type RowStatus = Status | "waiting" | "unreadable";

export interface HistoryRow {
  /** Sequence of the newest record, and when the log stored it. */
  readonly seq: number;
  readonly atMs: number;
  readonly status: RowStatus;
  readonly message: string;
  readonly id?: RequestId | undefined;
  readonly requestSeq?: number | undefined;
  readonly tier?: Tier | undefined;
  readonly host?: HostName | undefined;
  readonly address?: Address | undefined;
  readonly requester?: Requester | undefined;
  /** How the host knows who asked. */
  readonly proof?: Proof | undefined;
  readonly reason?: string | undefined;
  readonly action?: Action | undefined;
  readonly revision?: Revision | undefined;
  readonly commit?: Commit | undefined;
  readonly closure?: StorePath | undefined;
  readonly generation?: number | undefined;
  readonly phase?: Phase | undefined;
  readonly error?: string | undefined;
  readonly elapsedMs?: number | undefined;
  readonly simulated: boolean;
}

/** Target and reason are missing: only the request tells them. */
export const rowOfResponse = ({ seq, atMs, status, tier, host, event }: ResponseRecord): HistoryRow => {
  const { id, message, requester, proof, action, revision, commit, closure, generation } = event;
  return {
    ...{ seq, atMs, status, message, tier, host, id, requester, proof, action, revision, commit, closure, generation },
    requestSeq: event.request_seq,
    phase: event.phase ?? undefined,
    error: event.error ?? undefined,
    elapsedMs: event.elapsed_ms,
    simulated: event.simulated ?? false,
  };
};

/** The row with what its request says; who asked is the request's to say, a response only repeats it. */
export const withRequest = (row: HistoryRow, { id, requester, address, reason }: HistoryRow): HistoryRow =>
  id === row.id ? { ...row, requester, address, reason } : row;

/** A request without any response. */
export const rowOfRequest = ({ seq, atMs, id, requester, address, input }: RequestRecord): HistoryRow => {
  const common = { seq, atMs, id, requestSeq: seq, tier: tierOf(address), host: hostIn(address), address, requester };
  if (isLeft(input)) return { ...common, status: "unreadable", message: input.left, simulated: false };
  const { action, revision, reason } = input.right;
  return {
    ...common,
    status: "waiting",
    message: "no host has answered yet",
    action,
    revision,
    reason,
    simulated: false,
  };
};

export const rowOfUnreadable = ({ seq, atMs, subject, reason }: UnreadableRecord): HistoryRow => ({
  ...{ seq, atMs, ...parseResponseSubject(subject) },
  status: "unreadable",
  message: `${subject.replace(/\p{Cc}/gu, "?")}: ${reason}`,
  simulated: false,
});
