/**
 * One line of the history: a deployment (one request on one host) as its newest record tells it, a request that nobody has
 * answered, a wish that did not come true, or a record that cannot be read. A row holds no log tail, so that many rows stay small.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { type Address, parseResponseSubject, tierOf } from "../lib/contract/address.ts";
import { wishLifeMs } from "../lib/contract/ask.ts";
import type { HostName, Requester, Tier } from "../lib/contract/names.ts";
import {
  type Action,
  type Commit,
  type Control,
  controlOf,
  type Phase,
  type Proof,
  type RequestId,
  type Revision,
  type Status,
  type StorePath,
  type Verb,
} from "../lib/contract/values.ts";
import type { RequestRecord, ResponseRecord, UnreadableRecord } from "./records.ts";
import { hostIn } from "./roster.ts";
import type { WishRecord } from "./wishes.ts";

/** `asked`, `denied`: of a wish; `waiting`: of a request. */
export type RowStatus = Status | "waiting" | "asked" | "denied" | "unreadable";

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
  /** The request that this one repeats. */
  readonly replayOf?: RequestId | undefined;
  /** The build of the same commit that was asked for first. */
  readonly buildRequest?: RequestId | undefined;
  /** Of a request that another wished for than sent it: who. */
  readonly onBehalfOf?: Requester | undefined;
  /** The program and its tool by which it was asked for, and how it was confirmed there; all as it says. */
  readonly client?: string | undefined;
  readonly tool?: string | undefined;
  readonly confirmed?: string | undefined;
  /** What stood behind the address; of a plain deployment nothing. */
  readonly verb?: Verb | undefined;
  readonly action?: Action | undefined;
  readonly revision?: Revision | undefined;
  readonly commit?: Commit | undefined;
  readonly closure?: StorePath | undefined;
  readonly generation?: number | undefined;
  readonly phase?: Phase | undefined;
  readonly error?: string | undefined;
  /** Of a rollback: why. */
  readonly cause?: string | undefined;
  readonly cancelledBy?: Requester | undefined;
  readonly failedUnits?: readonly string[] | undefined;
  readonly rebootNeeded?: readonly string[] | undefined;
  readonly elapsedMs?: number | undefined;
  readonly simulated: boolean;
  /** Of a wish: what became of it is read once the row is wanted. */
  readonly wish?: WishRecord | undefined;
}

/** What was asked for: an action, or control, which changes nothing of what a host runs. */
export const askedIn = ({ verb, action }: Pick<HistoryRow, "verb" | "action">): Action | Control | undefined =>
  controlOf(verb) ?? action;

/** What only the request tells is missing: target, reason, and what it repeats. */
export const rowOfResponse = ({ seq, atMs, status, tier, host, event }: ResponseRecord): HistoryRow => {
  const { id, message, requester, proof, action, revision, commit, closure, generation } = event;
  const verb = event.control ?? (event.override === true ? "override" : undefined);
  return {
    ...{
      seq,
      atMs,
      status,
      message,
      tier,
      host,
      id,
      requester,
      proof,
      verb,
      action,
      revision,
      commit,
      closure,
      generation,
    },
    requestSeq: event.request_seq,
    phase: event.phase ?? undefined,
    error: event.error ?? undefined,
    cause: event.cause,
    cancelledBy: event.cancelled_by,
    failedUnits: event.failed_units,
    rebootNeeded: event.reboot_needed,
    elapsedMs: event.elapsed_ms,
    simulated: event.simulated ?? false,
  };
};

/** The row with what its request says; who asked is the request's to say, a response only repeats it. */
export const withRequest = (row: HistoryRow, request: HistoryRow): HistoryRow => {
  if (request.id !== row.id) return row;
  const { requester, address, verb, reason, replayOf, buildRequest } = request;
  const { onBehalfOf, client, tool, confirmed } = request;
  // A refusal does not say what was asked for where the body left it to the default.
  const [action, revision] = [row.action ?? request.action, row.revision ?? request.revision];
  const by = { requester, onBehalfOf, client, tool, confirmed };
  return { ...row, ...by, address, verb, reason, replayOf, buildRequest, action, revision };
};

/** A request without any response. */
export const rowOfRequest = ({ seq, atMs, id, requester, address, verb, body }: RequestRecord): HistoryRow => {
  const common = { seq, atMs, id, requestSeq: seq, tier: tierOf(address), host: hostIn(address), address, requester };
  if (isLeft(body)) return { ...common, verb, status: "unreadable", message: body.left, simulated: false };
  const { reason } = body.right.input;
  const asked = body.right.route === "deploy" ? body.right.input : undefined;
  return {
    ...common,
    status: "waiting",
    message: "no host has answered yet",
    verb,
    action: asked?.action,
    revision: asked?.revision,
    reason,
    ...{ replayOf: asked?.replay_of, buildRequest: asked?.build_request },
    ...{ onBehalfOf: asked?.on_behalf_of, client: asked?.client, tool: asked?.tool, confirmed: asked?.confirmed },
    simulated: false,
  };
};

export const rowOfWish = (wish: WishRecord): HistoryRow => {
  const { seq, atMs, requester, address } = wish;
  const { id, action, revision, commit, reason, replay_of: replayOf, client, tool } = wish.wish;
  return {
    ...{ seq, atMs, id, tier: tierOf(address), host: hostIn(address), address, requester, wish },
    status: "asked",
    message: `waits for a person's approval until ${new Date(atMs + wishLifeMs).toISOString()}`,
    ...{ action, revision, commit, reason, replayOf, client, tool },
    simulated: false,
  };
};

export const rowOfUnreadable = ({ seq, atMs, subject, reason }: UnreadableRecord): HistoryRow => ({
  ...{ seq, atMs, ...parseResponseSubject(subject) },
  status: "unreadable",
  message: `${subject.replace(/\p{Cc}/gu, "?")}: ${reason}`,
  simulated: false,
});
