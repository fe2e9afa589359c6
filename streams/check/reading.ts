/**
 * The log while it is read, record by record: what is wrong so far, and all that is needed to judge what comes. Of a request it
 * keeps a few numbers, of its answer on a host eight bytes, and only of what is under way the phases.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { type Address, shortAddress } from "../../lib/contract/address.ts";
import type { HostName } from "../../lib/contract/names.ts";
import { controlOf, isTerminal } from "../../lib/contract/values.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { after, effectOf, type HostState, untold } from "../host-state.ts";
import {
  type AskRecord,
  notJson,
  type RequestRecord,
  type ResponseRecord,
  readRecord,
  type UnreadableRecord,
} from "../records.ts";
import { type Ascending, ascending } from "./ascending.ts";
import { type Builds, takeBuild } from "./builds.ts";
import { type Gatherer, gatherer } from "./gather.ts";
import { badSignature, doubled, falseProof, misordered, unasked, unknownKey, unreadable, unsigned } from "./kinds.ts";
import { faultAfterEnd, faultOf, type Life, lifeAfter, unanswered } from "./life.ts";
import { nameOf, type Request, type Requests, requestTable } from "./requests.ts";
import type { Judged, Signatures, Worth } from "./signatures.ts";

export interface OpenLife extends Life {
  readonly id: string | undefined;
  readonly atMs: number;
}

/** What the log says of one host. */
export interface HostLog {
  readonly host: HostName;
  /** Requests, by their sequence, that it has ended. */
  readonly ended: Ascending;
  readonly open: Map<number, OpenLife>;
  /** The first request to each address that it answered: from then on it is known to serve it. */
  readonly serves: Map<Address, number>;
  state: HostState;
  signs: boolean;
}

export interface Counts extends Pick<Builds["counts"], "builds"> {
  requests: number;
  responses: number;
  /** Wishes, and words against them. */
  asks: number;
  /** Requests that no host can read, and answers to requests from before the beginning. */
  readonly odd: { malformed: number; ofBefore: number };
  readonly worth: Record<Worth, number>;
}

export interface Reading extends Pick<Builds, "built"> {
  readonly requests: Requests;
  /** Those that some host answered. */
  readonly answered: Ascending;
  readonly hosts: Map<HostName, HostLog>;
  readonly found: Gatherer;
  readonly counts: Counts;
  /** The first sequence of the log. */
  readonly first: number;
  readonly signatures: Signatures;
  /** The signatures were taken out of it, so none is missing. */
  readonly isRedacted: boolean;
}

export const newReading = (first: number, signatures: Signatures, isRedacted: boolean): Reading => ({
  requests: requestTable(),
  answered: ascending(),
  hosts: new Map(),
  built: new Map(),
  found: gatherer(),
  counts: {
    ...{ requests: 0, responses: 0, asks: 0, builds: 0, odd: { malformed: 0, ofBefore: 0 } },
    worth: { none: 0, unchecked: 0, stranger: 0, good: 0, "unknown key": 0, bad: 0 },
  },
  first,
  signatures,
  isRedacted,
});

const [hourMs, weekMs] = [3_600_000, 7 * 86_400_000];

/** Without an end of its own it is valid for an hour; nothing is for longer than a week. */
const untilOf = ({ atMs, body }: RequestRecord): number => {
  const isDeploy = body._tag === "Right" && body.right.route === "deploy";
  const told = isDeploy ? Date.parse(body.right.input.expires_at ?? "") : Number.NaN;
  return Number.isNaN(told) ? atMs + hourMs : Math.min(told, atMs + weekMs);
};

const judge = (reading: Reading, stored: Stored, name: string): Judged => {
  const judged = reading.signatures.judge(stored, name);
  reading.counts.worth[judged.worth] += 1;
  if (judged.worth === "bad")
    reading.found.add(badSignature, stored.seq, () => ({ text: `${stored.subject}: ${judged.why}` }));
  if (judged.worth === "unknown key")
    reading.found.add(unknownKey, stored.seq, () => ({ text: `${name}: ${judged.why}` }));
  return judged;
};

const takeRequest = (reading: Reading, stored: Stored, record: RequestRecord): void => {
  const { seq, atMs, address, requester, id, verb, body } = record;
  const { worth } = judge(reading, stored, requester);
  reading.counts.requests += 1;
  if (isLeft(body) && body.left === notJson)
    reading.found.add(unreadable, seq, () => ({ text: `${stored.subject}: ${body.left}` }));
  else if (isLeft(body)) reading.counts.odd.malformed += 1;
  const isSigned = worth !== "none" && worth !== "bad";
  const isControl = controlOf(verb) !== undefined;
  const name = nameOf(id, requester);
  reading.requests.add({ seq, atMs, untilMs: untilOf(record), address, isControl, isSigned, name });
};

const hostLog = ({ hosts }: Reading, host: HostName): HostLog => {
  const known = hosts.get(host) ?? {
    ...{ host, ended: ascending(), open: new Map(), serves: new Map(), state: untold, signs: false },
  };
  hosts.set(host, known);
  return known;
};

const told = ({ host, status, event }: ResponseRecord): string =>
  [host, status, event.phase ?? "", `of request ${event.request_seq ?? "unknown"}`].filter(Boolean).join(" ");

const checkAuthor = (reading: Reading, stored: Stored, log: HostLog): void => {
  const { worth } = judge(reading, stored, log.host);
  if (worth === "good") log.signs = true;
  else if (worth === "none" && log.signs) reading.found.add(unsigned, stored.seq, () => ({ text: stored.subject }));
};

/** `true`: it fits those before it. */
const live = ({ found }: Reading, log: HostLog, request: Request, record: ResponseRecord): boolean => {
  const { seq, status, event, atMs } = record;
  const life = log.open.get(request.seq);
  const hasEnded = life === undefined && log.ended.has(request.seq);
  const fault = hasEnded ? faultAfterEnd(status) : faultOf(life ?? unanswered, record, request.isControl);
  if (fault !== undefined) found.add(fault === "doubled" ? doubled : misordered, seq, () => ({ text: told(record) }));
  if (hasEnded) return false;
  if (isTerminal(status)) {
    log.open.delete(request.seq);
    log.ended.add(request.seq);
  } else log.open.set(request.seq, { ...lifeAfter(life ?? unanswered, record), id: event.id, atMs });
  return fault === undefined;
};

const checkClaims = ({ found, isRedacted }: Reading, request: Request, record: ResponseRecord): void => {
  const { seq, event } = record;
  if (event.proof === "signed" && !request.isSigned && !isRedacted)
    found.add(falseProof, seq, () => ({ text: told(record) }));
  const { id, requester } = event;
  if (id !== undefined && requester !== undefined && nameOf(id, requester) !== request.name)
    found.add(misordered, seq, () => ({ text: `${told(record)}: of another id or requester` }));
};

const takeResponse = (reading: Reading, stored: Stored, record: ResponseRecord): void => {
  const { host, event, seq } = record;
  const log = hostLog(reading, host);
  reading.counts.responses += 1;
  checkAuthor(reading, stored, log);
  const request = event.request_seq === undefined ? undefined : reading.requests.at(event.request_seq);
  if (request === undefined) {
    if ((event.request_seq ?? reading.first) < reading.first) reading.counts.odd.ofBefore += 1;
    else reading.found.add(unasked, seq, () => ({ text: told(record) }));
    return;
  }
  reading.answered.add(request.seq);
  if (!log.serves.has(request.address)) log.serves.set(request.address, request.seq);
  checkClaims(reading, request, record);
  const effect = live(reading, log, request, record) ? effectOf(record) : undefined;
  if (effect !== undefined) log.state = after(log.state, effect);
};

const takeAsk = (reading: Reading, stored: Stored, { requester }: AskRecord): void => {
  judge(reading, stored, requester);
  reading.counts.asks += 1;
};

const takeUnreadable = ({ counts, found }: Reading, { seq, subject, reason }: UnreadableRecord): void => {
  counts.worth.none += 1;
  found.add(unreadable, seq, () => ({ text: `${subject}: ${reason}` }));
};

export const takeRecord = (reading: Reading, stored: Stored): void => {
  const record = readRecord(stored);
  if (record.kind === "request") takeRequest(reading, stored, record);
  else if (record.kind === "response") takeResponse(reading, stored, record);
  else if (record.kind === "ask") takeAsk(reading, stored, record);
  else if (record.kind !== "unreadable") {
    judge(reading, stored, record.kind === "build request" ? record.requester : record.builder);
    takeBuild(reading, record);
  } else takeUnreadable(reading, record);
};

/** As a person types it. */
export const targetOf = ({ address }: Pick<Request, "address">): string => shortAddress(address);
