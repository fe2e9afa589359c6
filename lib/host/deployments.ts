/**
 * The deployments of this host: at most one at a time, each in a journal. It admits (reserve, check, secure, begin, or abandon),
 * carries the journals to the log in the background, and takes up again at start what an earlier listener left behind.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { Verdict } from "../contract/route.ts";
import type { RequestId } from "../contract/values.ts";
import { inHand } from "../router/in-hand.ts";
import { layBallast, withRoom } from "./ballast.ts";
import { factsOf, failedEvent } from "./facts.ts";
import { type Forwarding, forward, type Place } from "./forward.ts";
import type { JobOrder } from "./job-order.ts";
import { preventStart } from "./job-state.ts";
import { appendEvent, createJournal, syncJournal } from "./journal.ts";
import { endWithoutJournal } from "./last-word.ts";
import { pause } from "./pause.ts";
import { checkRoom, closeJournal, pruneDone, removeJournal } from "./state-dir.ts";
import { type Taken, takenIn } from "./taken.ts";

/** Starts the job of a journal in a process that outlives this one. Right: it is on its way, no more. */
export type Launch = (order: JobOrder) => TaskEither<Failure, void>;

export interface Deployments {
  /** What runs now. */
  readonly running: () => JobOrder | undefined;
  /** The sequence of the request that this id was used for on this host. */
  readonly takenAs: (id: RequestId) => Promise<number | undefined>;
  /** Left: `busy`. The reservation holds from this call on, until it ends or is abandoned. */
  readonly reserve: (order: JobOrder, accepted: DeployEvent) => Either<Failure<"busy">, Verdict<DeployEvent>>;
  /** Goes on with a journal that an earlier listener left open, from the event after `from`. */
  readonly resume: (order: JobOrder, from: number, startable: boolean) => void;
  /** Resolves when every background task has stopped. */
  readonly settled: () => Promise<void>;
}

/** For who asks for a second deployment while this one goes on. */
export const busy = (order: JobOrder): Failure<"busy"> =>
  failure(
    "busy",
    `${order.hostname} is working on request ${order.id} (${order.action} ${order.revision}) of ${order.requester} since ${order.accepted_at}. Wait for it with \`hd watch ${order.id}\`, then deploy again.`,
  );

const diskTrouble = (order: JobOrder, thrown: unknown): Failure<"internal"> =>
  failure(
    "internal",
    `${order.hostname} cannot write its journal (${causeOf(thrown)}), so nothing was done. Make room or mend its state folder, then deploy again.`,
  );

/** A job that could not be started says so itself: its claim is taken, and its journal ends. */
const launchOrEnd = async (env: Forwarding, launch: Launch, order: JobOrder): Promise<void> => {
  const launched = await launch(order)();
  if (!isLeft(launched)) return;
  const dir = env.dir.open;
  if (!(await preventStart(dir, order.id, env.processes))) return;
  const ending = { failure: launched.left, phase: null, logTail: [] };
  const event = failedEvent(factsOf(order), order, ending, env.now());
  await withRoom(env.dir.root, () => appendEvent(dir, order.id, event));
};

const retryMs = 2000;

/** Never rejects. */
const discard = async (env: Forwarding, id: RequestId): Promise<void> => {
  try {
    await removeJournal(env.dir.open, id);
  } catch (thrown) {
    env.logger.error({ id, thrown: causeOf(thrown) }, "the journal of a request that was not taken cannot be removed");
  }
};

/** How many requests are closed before the oldest are removed: a look at all that are kept is not worth it for each. */
const pruneEvery = 50;

/** Called for each request that was closed. Never rejects. */
const tidier = ({ dir, logger }: Forwarding): (() => Promise<void>) => {
  let closed = 0;
  return async () => {
    closed += 1;
    await layBallast(dir.root).catch((thrown) => {
      logger.warn({ thrown: causeOf(thrown) }, "no room can be kept on the disk for the end of a deployment");
    });
    if (closed % pruneEvery !== 0) return;
    await pruneDone(dir).catch((thrown) => {
      logger.warn({ thrown: causeOf(thrown) }, "old journals cannot be removed; they take room on the disk");
    });
  };
};

/** The deployments that have not ended, by their ids. */
type Open = Map<RequestId, JobOrder>;

type Carry = (order: JobOrder, from: number, start: boolean) => Promise<void>;

/** Starts a job if it has to, and carries its journal to the log until both have ended. */
const carrier = (forwarding: Forwarding, launch: Launch, signal: AbortSignal, open: Open): Carry => {
  // Not when the journal is closed: whoever has read the end may deploy again at once.
  const env: Forwarding = { ...forwarding, onEnded: (id) => open.delete(id) };
  const tidy = tidier(env);
  /** True: the journal has ended, in the log too. */
  const attempt = async (order: JobOrder, place: Place, start: boolean): Promise<boolean> => {
    try {
      if (place.isTold === true) {
        await closeJournal(env.dir, order.id);
        return true;
      }
      if (start) await launchOrEnd(env, launch, order);
      return (await forward(env, order.id, place, signal)) === "ended";
    } catch (thrown) {
      env.logger.error({ id: order.id, thrown: causeOf(thrown) }, "a journal cannot be followed; trying again");
      return endWithoutJournal(env, order, place);
    }
  };

  return async (order, from, start) => {
    const place: Place = { at: from };
    for (let starts = start; !signal.aborted; starts = false) {
      if (await attempt(order, place, starts)) {
        open.delete(order.id);
        return tidy();
      }
      await pause(retryMs, signal);
    }
  };
};

interface Desk {
  readonly env: Forwarding;
  readonly open: Open;
  readonly taken: Taken;
  readonly start: (order: JobOrder) => void;
}

/** What may become of a request that has its reservation. */
const admission = ({ env, open, taken, start }: Desk, order: JobOrder, accepted: DeployEvent): Verdict<DeployEvent> => {
  // A journal that was there before is another request's, and stays.
  let isOurs = false;
  const tried = async (step: () => Promise<void>): Promise<Either<Failure, void>> => {
    try {
      return right(await step());
    } catch (thrown) {
      return left(diskTrouble(order, thrown));
    }
  };
  return {
    answer: accepted,
    check: () => tried(async () => checkRoom(env.dir.open)),
    secure: () =>
      tried(async () => {
        taken.note(order.id);
        createJournal(env.dir.open, order, accepted);
        isOurs = true;
        await syncJournal(env.dir.open, order.id);
      }),
    begin: async () => start(order),
    abandon: async () => {
      open.delete(order.id);
      if (isOurs) await discard(env, order.id);
    },
  };
};

export const deployments = (env: Forwarding, launch: Launch, signal: AbortSignal): Deployments => {
  const open: Open = new Map();
  const carry = carrier(env, launch, signal, open);
  const tasks = inHand();
  const taken = takenIn(env.dir);
  const desk: Desk = { env, open, taken, start: (order) => tasks.add(carry(order, 1, true)) };
  const running = () => open.values().next().value;

  return {
    running,
    takenAs: async (id) => open.get(id)?.request_seq ?? taken.seqOf(id),
    reserve: (order, accepted) => {
      const other = running();
      if (other !== undefined) return left(busy(other));
      open.set(order.id, order);
      return right(admission(desk, order, accepted));
    },
    resume: (order, from, startable) => {
      open.set(order.id, order);
      tasks.add(carry(order, from, startable));
    },
    settled: tasks.settled,
  };
};
