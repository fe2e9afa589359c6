/**
 * Ends the journal of a job that cannot speak any more: one that never began, that is gone without a last word, or that is there
 * long after all its deadlines. What it wrote before it went is read first, and an end is never written twice.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { isTerminal, type Phase, type RequestId } from "../contract/values.ts";
import { withRoom } from "./ballast.ts";
import { claimant } from "./claim.ts";
import { decisionOf } from "./decision.ts";
import { factsOf, failedEvent } from "./facts.ts";
import type { Forwarding, Place } from "./forwarding.ts";
import type { JobOrder } from "./job-order.ts";
import { type JobState, jobState, preventStart } from "./job-state.ts";
import { appendEvent, type Journal, readJournal } from "./journal.ts";
import { jobLimitMs } from "./limits.ts";

export const isEnd = (event: DeployEvent | undefined): boolean => event !== undefined && isTerminal(event.status);

/** How long this listener has known of a journal. */
const seenMs = (env: Forwarding, { since }: Place): number =>
  since === undefined ? 0 : env.passedMs() - since.passedMs;

/** How long ago the request was accepted, as far as this listener can tell without the time of day. */
export const elapsedMs = (env: Forwarding, place: Place, last: DeployEvent | undefined): number =>
  Math.round(Math.max((place.since?.elapsedMs ?? 0) + seenMs(env, place), last?.elapsed_ms ?? 0));

/** What became of a job that has no last word: it was never let in, or it began and nobody knows how far it came. */
const silence = ({ hostname, id }: JobOrder, isUnstarted: boolean): Failure =>
  failure(
    "interrupted",
    isUnstarted
      ? `${hostname} accepted the request, but its job did not start, so nothing was done. Deploy again.`
      : `The job on ${hostname} ended without a result, so what runs there is not known. Look at \`hd show ${id}\`, then deploy again.`,
  );

/** What cannot be read may have been decided. */
const mayBeActivated = (dir: string, id: RequestId): boolean => {
  try {
    return decisionOf(dir, id)?.kind === "activate";
  } catch {
    return true;
  }
};

/** That it was let in says at least that it began, and that it was decided to activate says more than a journal that lost it. */
const phaseOf = (told: Phase | null, isActivated: boolean): Phase =>
  isActivated && (told === null || told === "resolve" || told === "build") ? "activate" : (told ?? "resolve");

/** The end of a request whose job can say nothing any more. The claim of a job that has spoken was lost with the power. */
export const interruption = (env: Forwarding, place: Place, journal: Journal, state: JobState): DeployEvent => {
  const { order, events } = journal;
  const isActivated = mayBeActivated(env.dir.open, order.id);
  const isUnstarted = state !== "gone" && events.length === 1 && !isActivated;
  const facts = { ...factsOf(order), ...events.at(-1) };
  const told = events.at(-1)?.phase ?? null;
  const phase = isUnstarted ? told : phaseOf(told, isActivated);
  const ending = { failure: silence(order, isUnstarted), phase, logTail: [] };
  return failedEvent(facts, order, ending, env.now(), elapsedMs(env, place, events.at(-1)));
};

/** Past this it will not come any more. */
export const isOverdue = (env: Forwarding, place: Place): boolean => seenMs(env, place) > env.startGraceMs;

/** With systemd its unit has ended it long before. */
const endIfStuck = async (env: Forwarding, place: Place, { id, ...order }: JobOrder): Promise<void> => {
  if (seenMs(env, place) <= jobLimitMs(order)) return;
  const holder = await claimant(env.dir.open, id);
  if (typeof holder !== "object") return;
  env.logger.error({ id, pid: holder.pid }, "a job is there long after all its deadlines; ending it");
  await env.processes.end(holder);
};

export const lookAfter = async (env: Forwarding, place: Place, journal: Journal): Promise<void> => {
  const { order, events } = journal;
  if (isEnd(events.at(-1))) return;
  const { id } = order;
  const dir = env.dir.open;
  const state = await jobState(dir, id, env.processes);
  if (state === "running") return endIfStuck(env, place, order);
  if (state === "starting" && !(isOverdue(env, place) && (await preventStart(dir, id, env.processes)))) return;
  const again = await readJournal(dir, id);
  if (isLeft(again) || again.right.events.length !== events.length) return;
  await withRoom(env.dir.root, () => appendEvent(dir, id, interruption(env, place, again.right, state), place.at));
};
