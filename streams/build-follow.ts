/**
 * Follows one build until it has ended. As with deployments, a core subscription only tells when to look, and what is handed
 * on was read from the log. Nobody is waited for without end: where no builder takes the request that is said, and one that
 * waits behind another build is told behind which. A builder may end in the middle, so it is looked for to the end.
 */
import { type Either, isLeft, isRight, right } from "fp-ts/lib/Either.js";
import { type BuildAddress, buildResponsesOf } from "../lib/contract/build-address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { RequestId } from "../lib/contract/values.ts";
import type { Live, LogReader, Stored } from "../lib/router/ports.ts";
import { type BuilderBus, type BuilderSeen, seeBuilder } from "./build-place.ts";
import { advanceBuild, type BuildProgress, isResponseTo, unanswered } from "./build-progress.ts";
import { type Ears, earsFor } from "./ears.ts";
import { type LogCursor, logCursor, readOn } from "./log-cursor.ts";
import { nextLookMs, readAfter, whenAborted } from "./looks.ts";
import type { Patience, Unreachable } from "./progress.ts";
import { type BuildResponseRecord, readRecord } from "./records.ts";

/** A request in the log. */
export interface FollowedBuild {
  readonly id: RequestId;
  readonly seq: number;
  readonly address: BuildAddress;
}

export type BuildFollowEvent =
  | { readonly kind: "response"; readonly record: BuildResponseRecord }
  /** It waits behind another build. */
  | { readonly kind: "queued"; readonly behind: BuildResponseRecord }
  /** Nobody has taken it, or who had is away, and it is not waited for. */
  | { readonly kind: "unreachable"; readonly why: Unreachable }
  /** The log cannot be read right now; the following goes on. */
  | { readonly kind: "stalled"; readonly failure: Failure };

export interface BuildFollowOptions extends BuilderBus {
  readonly log: Pick<LogReader, "range" | "last">;
  readonly live: Pick<Live, "subscribe">;
  /** Opened before the request was sent; the log is looked at when they hear something, not at once. Ended here. */
  readonly ears?: Ears | undefined;
  readonly request: FollowedBuild;
  /** How it was with builders when the following began: of that the caller knows. */
  readonly seen: BuilderSeen | undefined;
  readonly onEvent: (event: BuildFollowEvent) => void;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly patience?: Patience;
  /** How often to look without being told to, which is what finds a record whose nudge was lost. */
  readonly pollMs?: number;
}

export interface BuildFollowResult {
  readonly progress: BuildProgress;
  /** Why nobody takes it, or is at it any more; `undefined`: somebody is, or may yet. */
  readonly unreachable: Unreachable | undefined;
  readonly end: "settled" | "deadline" | "aborted";
  /** Records among those looked at that could not be read. */
  readonly skipped: number;
  /** Why the log could not be read when the following ended. */
  readonly failure: Failure | undefined;
}

/** A builder that is away gets the time of a restart, and one that is there that of a first answer. */
const defaultPatience: Patience = { answerTimeoutMs: 10_000, absentTimeoutMs: 2_000 };

interface Following {
  readonly options: BuildFollowOptions;
  readonly patience: Patience;
  readonly cursor: LogCursor;
  readonly aborted: Promise<undefined>;
  progress: BuildProgress;
  unreachable: Unreachable | undefined;
  skipped: number;
  /** How it was with builders, and when that was looked at. */
  seen: BuilderSeen | undefined;
  seenMs: number;
  /** Behind which request it was said to wait. */
  behind: number | undefined;
}

/** True: go on. */
const take = (following: Following, stored: Stored): boolean => {
  const { request, onEvent, signal } = following.options;
  if (signal.aborted) return false;
  const record = readRecord(stored);
  if (record.kind === "unreadable") following.skipped += 1;
  else if (record.kind === "build response" && isResponseTo(record, request)) {
    following.progress = advanceBuild(following.progress, record);
    // Whoever says something is there.
    following.seen = undefined;
    onEvent({ kind: "response", record });
  }
  return !following.progress.ended;
};

/** When it is to be looked at builders again. One that ended in the middle takes longer to come back than one takes to start. */
const dueMs = ({ progress, seen, seenMs, patience }: Following): number => {
  const isAwaited = progress.newest === undefined && seen?.kind === "away";
  return seenMs + (isAwaited ? patience.absentTimeoutMs : patience.answerTimeoutMs);
};

/** Only what is seen twice holds: between two requests a builder seems away, and one that starts takes a moment. */
const whyNobody = ({ progress, seen: before }: Following, now: BuilderSeen | undefined): Unreachable | undefined => {
  if (now?.kind === "no place") return "away";
  if (now === undefined || now.kind === "busy" || before?.kind !== now.kind) return undefined;
  if (now.kind === "away") return "away";
  return progress.newest === undefined ? "silent" : undefined;
};

/** Behind which other build it waits. */
const aheadOf = ({ progress, options, behind }: Following, now: BuilderSeen | undefined) => {
  if (now?.kind !== "busy" || progress.newest !== undefined) return undefined;
  const seq = now.at.event.request_seq;
  return seq === behind || seq === options.request.seq ? undefined : now.at;
};

const lookForBuilder = async (following: Following, elapsedMs: number): Promise<void> => {
  const { options, aborted } = following;
  const now = await Promise.race([aborted, seeBuilder(options)]);
  if (options.signal.aborted) return;
  following.unreachable = whyNobody(following, now);
  following.seen = now ?? following.seen;
  following.seenMs = elapsedMs;
  if (following.unreachable !== undefined) options.onEvent({ kind: "unreachable", why: following.unreachable });
  const ahead = aheadOf(following, now);
  if (ahead === undefined) return;
  following.behind = ahead.event.request_seq;
  options.onEvent({ kind: "queued", behind: ahead });
};

/** One look at the log; and at builders, where it is time for that. Left: the log could not be read. */
const look = async (following: Following, nudged: boolean, elapsedMs: number): Promise<Either<Failure, unknown>> => {
  const { options, aborted, cursor } = following;
  const readOnce = () => readOn(cursor, (stored) => take(following, stored), nudged);
  const read = (await Promise.race([aborted, readAfter(nudged, readOnce)])) ?? right(0);
  if (isLeft(read)) options.onEvent({ kind: "stalled", failure: read.left });
  else if (!following.progress.ended && elapsedMs >= dueMs(following)) await lookForBuilder(following, elapsedMs);
  return read;
};

const verdict = (
  { options: { signal, deadlineMs }, progress, unreachable }: Following,
  elapsedMs: number,
): BuildFollowResult["end"] | undefined => {
  if (signal.aborted) return "aborted";
  if (progress.ended || unreachable !== undefined) return "settled";
  return elapsedMs >= deadlineMs ? "deadline" : undefined;
};

/** How long to wait for a nudge before the next look. */
const restMs = (following: Following, lookMs: number, isReadable: boolean, elapsedMs: number): number => {
  const untilDueMs = isReadable ? dueMs(following) - elapsedMs : lookMs;
  return Math.max(1, Math.min(lookMs, untilDueMs, following.options.deadlineMs - elapsedMs));
};

const begun = (options: BuildFollowOptions): Following => ({
  ...{ options, patience: options.patience ?? defaultPatience, aborted: whenAborted(options.signal) },
  cursor: logCursor(options.log, buildResponsesOf("*"), {
    from: options.request.seq + 1,
    to: Number.POSITIVE_INFINITY,
  }),
  ...{ progress: unanswered, unreachable: undefined, skipped: 0 },
  ...{ seen: options.seen, seenMs: 0 },
  behind: options.seen?.kind === "busy" ? options.seen.at.event.request_seq : undefined,
});

/** Never rejects. */
export const followBuild = async (options: BuildFollowOptions): Promise<BuildFollowResult> => {
  const { live, request, pollMs = 5_000 } = options;
  const startMs = performance.now();
  const following = begun(options);
  const ears = options.ears ?? earsFor(live, buildResponsesOf("*"), request.id);
  void following.aborted.then(ears.give);

  let waitMs = restMs(following, pollMs, true, 0);
  for (let nudged = options.ears !== undefined && (await ears.wait(waitMs)); ; nudged = await ears.wait(waitMs)) {
    const elapsedMs = performance.now() - startMs;
    const read = await look(following, nudged, elapsedMs);
    const end = verdict(following, elapsedMs);
    if (end !== undefined) {
      ears.stop();
      const { progress, unreachable, skipped } = following;
      return { progress, unreachable, end, skipped, failure: isLeft(read) ? read.left : undefined };
    }
    waitMs = restMs(following, nextLookMs(nudged, isRight(read), waitMs, pollMs), isRight(read), elapsedMs);
  }
};
