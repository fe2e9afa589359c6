/**
 * Carries the events of one journal to the log, in order, each until the log has it, and closes the journal after the
 * last. It may be stopped at any moment and started again from any earlier event: the log stores a message id once.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { HostIdentity } from "../contract/template.ts";
import { instant, isTerminal, type RequestId } from "../contract/values.ts";
import type { Answered, MessageIds } from "../router/message-ids.ts";
import type { Live, Logger, LogReader, LogWriter } from "../router/ports.ts";
import { respond } from "../router/serve.ts";
import { type Changes, changesOf } from "./changes.ts";
import { writeCursor } from "./cursor.ts";
import { factsOf, failedEvent } from "./facts.ts";
import type { Processes } from "./holder-file.ts";
import { newest } from "./in-log.ts";
import type { JobOrder } from "./job-order.ts";
import { jobState, preventStart } from "./job-state.ts";
import { appendEvent, type Journal, journalFile, readJournal } from "./journal.ts";
import { pause } from "./pause.ts";
import { closeJournal, type StateDir } from "./state-dir.ts";

export interface Forwarding {
  readonly dir: StateDir;
  readonly host: HostIdentity;
  readonly log: LogWriter & Pick<LogReader, "last">;
  readonly ids: MessageIds;
  readonly live: Pick<Live, "publish">;
  readonly logger: Logger;
  readonly processes: Processes;
  readonly now: () => number;
  /** How often a requester with a `reply_to` hears that the work goes on; 0: never. */
  readonly heartbeatMs: number;
  /** How long a job may take from its launch to its claim. */
  readonly startGraceMs: number;
  /** Called at the moment at which the log has the end of a request: from then on everybody may know of it. */
  readonly onEnded?: (id: RequestId) => void;
}

/** How often the job is looked after when its journal is quiet. */
const tickMs = 500;

const answeredBy = ({ id, request_seq: seq }: JobOrder): Answered => ({ id, seq });

/**
 * Appends, and says why not. An append whose acknowledgement was lost is looked for before it is repeated: the link may have
 * been away for longer than the log remembers message ids.
 */
const record = async (env: Forwarding, { order }: Journal, event: DeployEvent, msgId: string, again: boolean) => {
  const found = again ? await newest(env, event.status) : right(undefined);
  if (isLeft(found)) return found.left;
  return found.right?.msgId === msgId ? undefined : respond(env, event, msgId, order.reply_to);
};

/** Appends until the log has it. False: stopped before that. */
const carry = async (env: Forwarding, journal: Journal, n: number, signal: AbortSignal): Promise<boolean> => {
  const event = journal.events[n - 1];
  const msgId = env.ids.of(answeredBy(journal.order), n);
  for (let attempt = 0; event !== undefined && !signal.aborted; attempt++) {
    const failed = await record(env, journal, event, msgId, attempt > 0);
    if (failed === undefined) return true;
    env.logger.warn({ id: journal.order.id, event: n, code: failed.code }, `not forwarded yet: ${failed.message}`);
    await pause(Math.min(250 * 2 ** attempt, 5000), signal);
  }
  return false;
};

const isEnd = (event: DeployEvent | undefined): boolean => event !== undefined && isTerminal(event.status);

/** How far the log has a journal: the number of its last event there. It outlives an attempt that breaks off. */
export interface Place {
  at: number;
}

/** For the next listener, should this one end before it has closed the journal. */
const noteCursor = ({ dir, logger }: Forwarding, id: RequestId, { at }: Place): void => {
  try {
    writeCursor(dir.open, id, at);
  } catch (thrown) {
    logger.warn({ id, thrown: causeOf(thrown) }, "how far a journal is forwarded was not noted");
  }
};

/** True: the log has all of them. */
const carryAll = async (env: Forwarding, journal: Journal, place: Place, signal: AbortSignal): Promise<boolean> => {
  const { id } = journal.order;
  for (let n = place.at + 1; n <= journal.events.length; n++) {
    if (!(await carry(env, journal, n, signal))) return false;
    place.at = n;
    if (isEnd(journal.events[n - 1])) env.onEnded?.(id);
    else noteCursor(env, id, place);
  }
  return true;
};

/** What became of a job that has no last word: it was never let in, or it began and nobody knows how far it came. */
const silence = ({ hostname, id }: JobOrder, isUnstarted: boolean): Failure =>
  failure(
    "interrupted",
    isUnstarted
      ? `${hostname} accepted the request, but its job did not start, so nothing was done. Deploy again.`
      : `The job on ${hostname} ended without a result, so what runs there is not known. Look at \`hd show ${id}\`, then deploy again.`,
  );

const interrupt = async (env: Forwarding, { order, events }: Journal, isUnstarted: boolean): Promise<void> => {
  const { phase = null, ...facts } = { ...factsOf(order), ...events.at(-1) };
  const ending = { failure: silence(order, isUnstarted), phase, logTail: [] };
  await appendEvent(env.dir.open, order.id, failedEvent(facts, order, ending, env.now()));
};

/** Ends a job that cannot speak any more; what it wrote before it went is read first, and an end is never written twice. */
const lookAfter = async (env: Forwarding, journal: Journal, sinceMs: number): Promise<void> => {
  if (isEnd(journal.events.at(-1))) return;
  const { id } = journal.order;
  const state = await jobState(env.dir.open, id, env.processes);
  if (state === "running") return;
  const isOverdue = env.now() - sinceMs > env.startGraceMs;
  if (state === "starting" && !(isOverdue && (await preventStart(env.dir.open, id, env.processes)))) return;
  const again = await readJournal(env.dir.open, id);
  if (isLeft(again) || again.right.events.length !== journal.events.length) return;
  // The claim of a job that has spoken was lost with the power.
  await interrupt(env, again.right, state !== "gone" && again.right.events.length === 1);
};

const heartbeat = (env: Forwarding, { order, events }: Journal): void => {
  const last = events.at(-1);
  if (order.reply_to === undefined || last === undefined) return;
  const nowMs = env.now();
  const elapsed = Math.max(0, nowMs - Date.parse(order.accepted_at));
  env.live.publish(order.reply_to, JSON.stringify({ ...last, at: instant(nowMs), elapsed_ms: elapsed }));
};

type Ending = "ended" | "stopped";

const follow = async (
  env: Forwarding,
  id: RequestId,
  place: Place,
  changes: Changes,
  signal: AbortSignal,
): Promise<Ending> => {
  const sinceMs = env.now();
  let beatMs = sinceMs;
  while (!signal.aborted) {
    const journal = await readJournal(env.dir.open, id);
    if (isLeft(journal)) throw new Error(journal.left);
    const isCarried = await carryAll(env, journal.right, place, signal);
    if (isCarried && isEnd(journal.right.events.at(-1))) return "ended";
    await changes.next(tickMs);
    await lookAfter(env, journal.right, sinceMs);
    if (env.heartbeatMs > 0 && env.now() - beatMs >= env.heartbeatMs) {
      heartbeat(env, journal.right);
      beatMs = env.now();
    }
  }
  return "stopped";
};

/** The end was not noted, because closing is the next thing after it; but what cannot be closed stays. */
const close = async (env: Forwarding, id: RequestId, place: Place): Promise<void> => {
  try {
    await closeJournal(env.dir, id);
  } catch (thrown) {
    noteCursor(env, id, place);
    throw thrown;
  }
};

/** Resolves when the journal is closed, or the signal aborted. Rejects when the journal cannot be read, ended or closed. */
export const forward = async (env: Forwarding, id: RequestId, place: Place, signal: AbortSignal): Promise<Ending> => {
  const changes = changesOf(journalFile(env.dir.open, id), signal);
  try {
    const ending = await follow(env, id, place, changes, signal);
    if (ending === "ended") await close(env, id, place);
    return ending;
  } finally {
    changes.close();
  }
};
