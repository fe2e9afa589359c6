/**
 * Carries the events of one journal to the log, in order, each until the log has it, and closes the journal after the
 * last. It may be stopped at any moment and started again from any earlier event: the log stores a message id once.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { instant, type RequestId } from "../contract/values.ts";
import type { Answered } from "../router/message-ids.ts";
import { respond } from "../router/serve.ts";
import { withRoom } from "./ballast.ts";
import { type Changes, changesOf } from "./changes.ts";
import { writeCursor } from "./cursor.ts";
import type { Forwarding, Place } from "./forwarding.ts";
import { newest } from "./in-log.ts";
import type { JobOrder } from "./job-order.ts";
import { type Journal, journalFile, readJournal } from "./journal.ts";
import { elapsedMs, isEnd, lookAfter } from "./look-after.ts";
import { pause } from "./pause.ts";
import { closeJournal } from "./state-dir.ts";

export type { Forwarding, Place } from "./forwarding.ts";

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

interface Numbered {
  readonly event: DeployEvent;
  readonly n: number;
}

/** Appends until the log has it. False: stopped before that. */
const carry = async (
  env: Forwarding,
  journal: Journal,
  { event, n }: Numbered,
  signal: AbortSignal,
): Promise<boolean> => {
  const msgId = env.ids.of(answeredBy(journal.order), n);
  for (let attempt = 0; !signal.aborted; attempt++) {
    const failed = await record(env, journal, event, msgId, attempt > 0);
    if (failed === undefined) return true;
    env.logger.warn({ id: journal.order.id, event: n, code: failed.code }, `not forwarded yet: ${failed.message}`);
    await pause(Math.min(250 * 2 ** attempt, 5000), signal);
  }
  return false;
};

/**
 * For the next listener, should this one end before it has closed the journal, and for the job, which waits for it when it has
 * activated. What could not be noted is noted later. A job takes it for the word of a listener that stays, so one that was told
 * to end notes nothing any more.
 */
const noteCursor = async (
  { dir, logger }: Forwarding,
  id: RequestId,
  place: Place,
  signal?: AbortSignal,
): Promise<void> => {
  if (signal?.aborted === true || place.at === 0 || place.noted === place.at) return;
  try {
    await withRoom(dir.root, async () => writeCursor(dir.open, id, place.at));
    place.noted = place.at;
  } catch (thrown) {
    logger.warn({ id, thrown: causeOf(thrown) }, "how far a journal is forwarded was not noted");
  }
};

/** True: the log has all of them. */
const carryAll = async (env: Forwarding, journal: Journal, place: Place, signal: AbortSignal): Promise<boolean> => {
  const { id } = journal.order;
  await noteCursor(env, id, place, signal);
  for (const [index, event] of journal.events.entries()) {
    const n = journal.numbers[index] ?? 0;
    if (n <= place.at) continue;
    if (!(await carry(env, journal, { event, n }, signal))) return false;
    place.at = n;
    if (!isEnd(event)) {
      await noteCursor(env, id, place, signal);
      continue;
    }
    place.isTold = true;
    env.onEnded?.(id);
  }
  return true;
};

const heartbeat = (env: Forwarding, place: Place, { order, events }: Journal): void => {
  const last = events.at(-1);
  if (order.reply_to === undefined || last === undefined) return;
  const beat = { ...last, at: instant(env.now()), elapsed_ms: elapsedMs(env, place, last) };
  env.live.publish(order.reply_to, JSON.stringify(beat));
};

type Ending = "ended" | "stopped";

const follow = async (
  env: Forwarding,
  id: RequestId,
  place: Place,
  changes: Changes,
  signal: AbortSignal,
): Promise<Ending> => {
  let beatMs = env.passedMs();
  while (!signal.aborted) {
    const journal = await readJournal(env.dir.open, id);
    if (isLeft(journal)) throw new Error(journal.left);
    place.since ??= { passedMs: env.passedMs(), elapsedMs: journal.right.events.at(-1)?.elapsed_ms ?? 0 };
    const isCarried = await carryAll(env, journal.right, place, signal);
    if (isCarried && isEnd(journal.right.events.at(-1))) return "ended";
    await changes.next(tickMs);
    await lookAfter(env, place, journal.right);
    if (env.heartbeatMs > 0 && env.passedMs() - beatMs >= env.heartbeatMs) {
      heartbeat(env, place, journal.right);
      beatMs = env.passedMs();
    }
  }
  return "stopped";
};

/** The end was not noted, because closing is the next thing after it; but what cannot be closed stays. */
const close = async (env: Forwarding, id: RequestId, place: Place): Promise<void> => {
  try {
    await closeJournal(env.dir, id);
  } catch (thrown) {
    await noteCursor(env, id, place);
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
