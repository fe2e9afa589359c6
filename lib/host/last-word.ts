/**
 * The end of a deployment whose journal can neither be read nor written any more (a damaged or full disk, a folder that is
 * read-only, a file removed by hand): it ends as `interrupted`, straight in the log, from what is still known. Only for a job
 * that is gone, and only once: from then on nothing is left to do but to put the journal away.
 */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { instant, type RequestId } from "../contract/values.ts";
import { respond } from "../router/serve.ts";
import { factsOf } from "./facts.ts";
import type { Forwarding, Place } from "./forwarding.ts";
import { answers, eventIn, newest } from "./in-log.ts";
import type { JobOrder } from "./job-order.ts";
import { jobState } from "./job-state.ts";
import { type Journal, readJournal } from "./journal.ts";
import { elapsedMs, interruption, isEnd, isOverdue } from "./look-after.ts";
import { markLost } from "./lost-mark.ts";
import { closeJournal } from "./state-dir.ts";

const lost = (hostname: string, id: RequestId): Failure =>
  failure(
    "interrupted",
    `The journal of request ${id} on ${hostname} cannot be read, so how it ended is not known. Look at the host, then deploy again.`,
  );

/** On a disk that takes nothing, the newest records of the log have to do. */
const mark = ({ dir, logger }: Forwarding, id: RequestId, seq: number): void => {
  try {
    markLost(dir.open, id, seq);
  } catch (thrown) {
    logger.warn({ id, thrown: causeOf(thrown) }, "that a journal is lost cannot be noted");
  }
};

/** What comes back is why the log did not take it. */
const tell = async (env: Forwarding, end: DeployEvent, id: RequestId): Promise<Failure | undefined> => {
  const seq = end.request_seq ?? 0;
  const unrecorded = await respond(env, end, env.ids.of({ id, seq }, "lost"), undefined);
  if (unrecorded !== undefined) return unrecorded;
  env.logger.error({ id }, end.message);
  mark(env, id, seq);
  return undefined;
};

/** The log may know more of how far it came than what is left here; and somewhere it was, or nobody would have lost it. */
const asTold = async (env: Forwarding, known: DeployEvent): Promise<DeployEvent> => {
  const started = await newest(env, "started");
  const isOurs = !isLeft(started) && answers(started.right, known.request_seq ?? 0);
  const told = isOurs && started.right !== undefined ? eventIn(started.right) : undefined;
  return { ...known, ...told, phase: told?.phase ?? known.phase ?? "resolve" };
};

const lostEnd = async (env: Forwarding, known: DeployEvent, id: RequestId): Promise<DeployEvent> => {
  const { code, message } = lost(env.host.hostname, id);
  const error = code as NonNullable<DeployEvent["error"]>;
  return { ...(await asTold(env, known)), status: "failed", error, message, at: instant(env.now()) };
};

/** For a journal that cannot be read; right after it the journal is put away as it is. */
export const lastWord = async (env: Forwarding, known: DeployEvent, id: RequestId): Promise<Failure | undefined> => {
  const unrecorded = await tell(env, await lostEnd(env, known, id), id);
  if (unrecorded === undefined) await closeJournal(env.dir, id);
  return unrecorded;
};

/** How often a journal may be out of reach before it is taken for lost: a minute, as it is tried. */
const mostTroubles = 30;

type Read = Either<string, Journal> | "out of reach";

const look = async (env: Forwarding, id: RequestId): Promise<Read> => {
  try {
    return await readJournal(env.dir.open, id);
  } catch {
    return "out of reach";
  }
};

/** `undefined`: the journal has its end, or may still get one. */
const endOf = async (env: Forwarding, order: JobOrder, place: Place): Promise<DeployEvent | undefined> => {
  const state = await jobState(env.dir.open, order.id, env.processes);
  if (state === "running") return undefined;
  const journal = await look(env, order.id);
  if (journal === "out of reach" && (place.troubles ?? 0) < mostTroubles) return undefined;
  if (journal === "out of reach" || isLeft(journal)) {
    const at = { elapsed_ms: elapsedMs(env, place, undefined) };
    const known = { ...factsOf(order), status: "failed", error: null, message: "", phase: null, ...at } as const;
    return lostEnd(env, known, order.id);
  }
  if (isEnd(journal.right.events.at(-1)) || (state === "starting" && !isOverdue(env, place))) return undefined;
  return interruption(env, place, journal.right, state);
};

/** For a journal that could not be followed to its end. True: the log has the end, and the journal is put away. Never rejects. */
export const endWithoutJournal = async (env: Forwarding, order: JobOrder, place: Place): Promise<boolean> => {
  try {
    place.troubles = (place.troubles ?? 0) + 1;
    const end = place.isTold === true ? undefined : await endOf(env, order, place);
    if (end === undefined || (await tell(env, end, order.id)) !== undefined) return false;
    place.isTold = true;
    env.onEnded?.(order.id);
    await closeJournal(env.dir, order.id);
    return true;
  } catch (thrown) {
    env.logger.error({ id: order.id, thrown: causeOf(thrown) }, "a journal that has no end was not put away");
    return false;
  }
};
