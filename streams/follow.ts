/**
 * Follows one request until every host it reached has ended. A core subscription tells when to look; what is handed on was
 * read from the log, in its order, each record once. Nobody is waited for without end: a host that does not answer is named
 * and left behind, and the caller's deadline ends everything.
 */
import { type Either, isLeft, isRight, right } from "fp-ts/lib/Either.js";
import type { Address } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { HostName } from "../lib/contract/names.ts";
import type { RequestId } from "../lib/contract/values.ts";
import type { Enrolled, Live, LogReader, Roster, Stored } from "../lib/router/ports.ts";
import { type Ears, earsFor } from "./ears.ts";
import { type LogCursor, logCursor, readOn } from "./log-cursor.ts";
import { nextLookMs, readAfter, whenAborted } from "./looks.ts";
import {
  advance,
  expecting,
  foundPresent,
  giveUp,
  type HostStates,
  nextDueMs,
  overdue,
  type Patience,
  settled,
  type Unreachable,
} from "./progress.ts";
import { type ResponseRecord, readRecord } from "./records.ts";
import { responsesTo } from "./responses-to.ts";
import { thereAfterAll } from "./roster.ts";

/** A request in the log. */
export interface Followed {
  readonly id: RequestId;
  readonly seq: number;
  readonly address: Address;
}

export type FollowEvent =
  | { readonly kind: "response"; readonly record: ResponseRecord }
  | { readonly kind: "unreachable"; readonly host: HostName; readonly why: Unreachable }
  /** The log cannot be read right now; the following goes on. */
  | { readonly kind: "stalled"; readonly failure: Failure };

export interface FollowOptions {
  readonly log: Pick<LogReader, "range">;
  readonly live: Pick<Live, "subscribe">;
  /** Asked once more before a host is called away: while a server fails over, its listener only seems to be. */
  readonly roster: Roster;
  /** Opened before the request was sent; the log is looked at when they hear something, not at once. Ended here. */
  readonly ears?: Ears | undefined;
  readonly request: Followed;
  /** The hosts that the request's address means. */
  readonly hosts: readonly Enrolled[];
  readonly onEvent: (event: FollowEvent) => void;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly patience?: Patience;
  /** How often to look without being told to, which is what finds a record whose nudge was lost. */
  readonly pollMs?: number;
}

export interface FollowResult {
  readonly states: HostStates;
  readonly end: "settled" | "deadline" | "aborted";
  /** Records among those looked at that could not be read. */
  readonly skipped: number;
  /** Why the log could not be read when the following ended. */
  readonly failure: Failure | undefined;
}

/** The answer timeout is above the few seconds that a listener takes to start. */
const defaultPatience: Patience = { answerTimeoutMs: 10_000, absentTimeoutMs: 2_000 };

/** The records of this very request; another one with the same id has another sequence. */
const isOurs = ({ event }: ResponseRecord, { id, seq }: Followed): boolean =>
  event.id === id && event.request_seq === seq;

interface Tally {
  states: HostStates;
  skipped: number;
  /** Since when hosts could answer: a log that keeps us waiting keeps them waiting too. */
  sinceMs: number;
}

/** True: go on. */
const take = ({ request, onEvent, signal }: FollowOptions, tally: Tally, stored: Stored): boolean => {
  if (signal.aborted) return false;
  const record = readRecord(stored);
  if (record.kind === "unreadable") tally.skipped += 1;
  else if (record.kind === "response" && isOurs(record, request)) {
    tally.states = advance(tally.states, record);
    onEvent({ kind: "response", record });
  }
  return true;
};

const leaveBehind = async ({ options, tally, aborted, patience }: Following, elapsedMs: number): Promise<void> => {
  const late = new Map(overdue(tally.states, elapsedMs - tally.sinceMs, patience));
  const away = [...late].flatMap(([host, why]) => (why === "away" ? [host] : []));
  const there = (await Promise.race([aborted, thereAfterAll(options.roster, away)])) ?? [];
  if (options.signal.aborted) return;
  for (const host of there) late.delete(host);
  tally.states = giveUp(foundPresent(tally.states, there), late);
  for (const [host, why] of late) options.onEvent({ kind: "unreachable", host, why });
};

const verdict = (
  { signal, deadlineMs }: FollowOptions,
  tally: Tally,
  elapsedMs: number,
): FollowResult["end"] | undefined => {
  if (signal.aborted) return "aborted";
  if (settled(tally.states)) return "settled";
  return elapsedMs >= deadlineMs ? "deadline" : undefined;
};

/** A log that takes longer than this for an answer is in trouble. */
const slowMs = 1_000;

/** One look at the log: what is new is told, and who is overdue is left behind. Left: it could not be read. */
const look = async (following: Following, nudged: boolean): Promise<Either<Failure, unknown>> => {
  const { options, tally, cursor, aborted, elapsed } = following;
  const startMs = elapsed();
  const readOnce = () => readOn(cursor, (stored) => take(options, tally, stored), nudged);
  const read = (await Promise.race([aborted, readAfter(nudged, readOnce)])) ?? right(0);
  if (isLeft(read) || elapsed() - startMs > slowMs) tally.sinceMs = elapsed();
  if (isLeft(read)) options.onEvent({ kind: "stalled", failure: read.left });
  else await leaveBehind(following, startMs);
  return read;
};

interface Following {
  readonly options: FollowOptions;
  readonly tally: Tally;
  readonly cursor: LogCursor;
  readonly aborted: Promise<undefined>;
  readonly patience: Patience;
  /** Since the following began. */
  readonly elapsed: () => number;
}

/** How long to wait for a nudge before the next look. Nobody is overdue as long as the log cannot be read. */
const restMs = ({ options, tally, patience }: Following, lookMs: number, isReadable: boolean, elapsedMs: number) => {
  const dueMs = isReadable ? nextDueMs(tally.states, elapsedMs - tally.sinceMs, patience) : lookMs;
  return Math.max(1, Math.min(lookMs, dueMs, options.deadlineMs - elapsedMs));
};

/** Never rejects. */
export const follow = async (options: FollowOptions): Promise<FollowResult> => {
  const { log, live, request, hosts, patience = defaultPatience, pollMs = 5_000 } = options;
  const startMs = performance.now();
  const filter = responsesTo(request.address, hosts);
  const cursor = logCursor(log, filter, { from: request.seq + 1, to: Number.POSITIVE_INFINITY });
  const tally: Tally = { states: expecting(hosts), skipped: 0, sinceMs: 0 };
  const ears = options.ears ?? earsFor(live, filter, request.id);
  const aborted = whenAborted(options.signal);
  void aborted.then(ears.give);
  const elapsed = () => performance.now() - startMs;
  const following = { options, tally, cursor, aborted, patience, elapsed };

  let waitMs = restMs(following, pollMs, true, 0);
  for (let nudged = options.ears !== undefined && (await ears.wait(waitMs)); ; nudged = await ears.wait(waitMs)) {
    const elapsedMs = elapsed();
    const read = await look(following, nudged);
    const end = verdict(options, tally, elapsedMs);
    if (end !== undefined) {
      ears.stop();
      return { ...tally, end, failure: isLeft(read) ? read.left : undefined };
    }
    const lookMs = nextLookMs(nudged, isRight(read), waitMs, pollMs);
    waitMs = restMs(following, lookMs, isRight(read), elapsedMs);
  }
};
