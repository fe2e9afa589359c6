/**
 * What a listener does before it takes its first request: it finds the journals that an earlier one left open, asks the
 * log how far each has come, and goes on from there. A job that was accepted but never started is started now, if its
 * time has not passed; one that can say nothing any more is closed by the forwarder.
 */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import type { DeployEvent } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import type { RequestId } from "../contract/values.ts";
import { eventNumber } from "../router/message-ids.ts";
import { respond } from "../router/serve.ts";
import { claimant } from "./claim.ts";
import { readCursor } from "./cursor.ts";
import type { Deployments } from "./deployments.ts";
import { factsOf } from "./facts.ts";
import type { Forwarding } from "./forward.ts";
import { answers, eventIn, newest, type Reached, reachedInLog } from "./in-log.ts";
import { jobState } from "./job-state.ts";
import { type Journal, lastNumber, readJournal } from "./journal.ts";
import { lastWord } from "./last-word.ts";
import { isEnd } from "./look-after.ts";
import { lostSeq, markLost } from "./lost-mark.ts";
import { closeJournal, journalIds, removeJournal } from "./state-dir.ts";

export interface Recovery {
  readonly forwarding: Forwarding;
  /** By the clock of the log. */
  readonly logNow: () => number;
  readonly deployments: Pick<Deployments, "resume">;
}

/** A machine that lost its clock with its power may be years behind: what it accepted before must not look new to it. */
const expired = ({ forwarding, logNow }: Recovery, { order }: Journal): boolean =>
  Math.max(forwarding.now(), logNow()) - Date.parse(order.accepted_at) > order.timeout_ms;

const orThrow = <A>(asked: Either<Failure, A>): A => {
  if (isLeft(asked)) throw new Error(asked.left.message);
  return asked.right;
};

const isRefused = async (env: Forwarding, seq: number): Promise<boolean> =>
  answers(orThrow(await newest(env, "rejected")), seq);

/** It was refused after all, or nobody ever heard that it was accepted; either way it must not run. */
const drop = async ({ logger, dir }: Forwarding, id: RequestId, why: string): Promise<void> => {
  logger.warn({ id }, `removed a journal ${why}`);
  await removeJournal(dir.open, id);
};

/** Nobody can tell how it ended. */
const endLost = async (env: Forwarding, known: DeployEvent, id: RequestId): Promise<void> => {
  const unrecorded = await lastWord(env, known, id);
  if (unrecorded !== undefined) throw new Error(unrecorded.message);
};

/**
 * A journal that cannot be read was torn while it was made, and then it was never accepted: the log delivers its request
 * again. If the log has its acceptance the disk lost it, and it ends as what nobody can tell.
 */
const putAway = async (env: Forwarding, id: RequestId, why: string): Promise<void> => {
  const accepted = orThrow(await newest(env, "accepted"));
  const known = accepted === undefined ? undefined : eventIn(accepted);
  const seq = known?.request_seq ?? 0;
  const isOurs = eventNumber(env.ids, accepted?.msgId, { id, seq }) > 0;
  if (known === undefined || !isOurs) return drop(env, id, `that was never finished: ${why}`);
  if (await isRefused(env, seq)) return drop(env, id, `of a request that was refused: ${why}`);
  // An earlier listener told its end, and could not put it away.
  if (lostSeq(env.dir.open, id) === seq) return closeJournal(env.dir, id);
  if (orThrow(await reachedInLog(env, { id, seq })).isEnd) {
    markLost(env.dir.open, id, seq);
    return closeJournal(env.dir, id);
  }
  await endLost(env, known, id);
};

/** No record, no action: the job may only start once the log has its acceptance. */
const recordAcceptance = async (env: Forwarding, { order, events: [accepted] }: Journal): Promise<void> => {
  const msgId = env.ids.of({ id: order.id, seq: order.request_seq }, 1);
  const failed = accepted && (await respond(env, accepted, msgId, order.reply_to));
  if (failed !== undefined) throw new Error(failed.message);
};

/** The disk lost what the log was told: events that came to the log from memory, and the power went before they were synced. */
const resumeShorter = async (
  { forwarding: env, deployments }: Recovery,
  { order, events }: Journal,
  reached: Reached,
) => {
  const state = await jobState(env.dir.open, order.id, env.processes);
  if (state === "running") return deployments.resume(order, reached.n, false);
  const known = {
    ...factsOf(order),
    ...events.at(-1),
    status: "failed",
    error: null,
    message: "",
    phase: null,
  } as const;
  await endLost(env, known, order.id);
};

/** A journal of which the log has `logged` events. */
const resumeFrom = async (recovery: Recovery, journal: Journal, logged: number) => {
  const { forwarding: env, deployments } = recovery;
  const { order, events } = journal;
  const { id } = order;
  const dir = env.dir.open;
  const noted = await readCursor(dir, id);
  // One that lies beyond the journal would leave its end untold.
  const from = Math.max(noted > lastNumber(journal) ? 0 : noted, logged);
  // Whoever has read the end may ask again at once, and must not find the host busy with closing its journal.
  if (from === lastNumber(journal) && isEnd(events.at(-1))) return closeJournal(env.dir, id);
  const unclaimed = (await claimant(dir, id)) === "none" && events.length === 1;
  const startable = unclaimed && !expired(recovery, journal);
  if (from === 0 && startable) await recordAcceptance(env, journal);
  env.logger.info({ id, from, startable }, "going on with a deployment that was left open");
  deployments.resume(order, Math.max(from, startable ? 1 : 0), startable);
};

const resumeOne = async (recovery: Recovery, id: RequestId): Promise<void> => {
  const { forwarding: env } = recovery;
  const read = await readJournal(env.dir.open, id);
  if (isLeft(read)) return putAway(env, id, read.left);
  const seq = read.right.order.request_seq;
  if (await isRefused(env, seq)) return drop(env, id, "of a request that was refused");
  const reached = orThrow(await reachedInLog(env, { id, seq }));
  if (reached.isEnd || lostSeq(env.dir.open, id) === seq) return closeJournal(env.dir, id);
  if (reached.n > lastNumber(read.right)) return resumeShorter(recovery, read.right, reached);
  return resumeFrom(recovery, read.right, reached.n);
};

/** Rejects when the log cannot be asked: a listener that does not know where it stands must not start. */
export const recover = async (recovery: Recovery): Promise<void> => {
  for (const id of await journalIds(recovery.forwarding.dir.open)) await resumeOne(recovery, id);
};
