/**
 * What a job has in its hands: the machine, its order, its journal, its clock, and what it has found out so far. Whatever the
 * machine is asked is asked through `asked`, so that nothing that hangs or throws can keep the job from its end.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../contract/cause-of.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { Phase } from "../contract/values.ts";
import type { Decision } from "./decision.ts";
import type { Engine } from "./engine.ts";
import { eventOf, type Facts } from "./facts.ts";
import type { JobOrder } from "./job-order.ts";
import type { Limits } from "./limits.ts";
import { type Time, withinTime } from "./time.ts";

export interface JobEnv {
  readonly engine: Engine;
  readonly order: JobOrder;
  readonly time: Time;
  readonly limits: Limits;
  /** Writes an event to the journal; resolves when it is on the disk. */
  readonly write: (event: DeployEvent) => Promise<void>;
  /** The last lines of the job's output. */
  readonly tail: () => Promise<readonly string[]>;
  /** Whether it is activated or cancelled: what is decided by now, the news of a cancel, and the job's own decision. */
  readonly decision: {
    readonly made: () => Decision | undefined;
    readonly cancelled: Promise<Decision>;
    readonly activate: () => Promise<Decision>;
  };
  /** Resolves when a listener has carried everything that is in the journal now to the log; never when the signal aborts. */
  readonly confirmed: (signal: AbortSignal) => Promise<void>;
  /** Ends every command that the engine runs, with all that it started. */
  readonly endCommands: () => Promise<void>;
}

export type Step<A> = TaskEither<Failure, A>;

export interface Job extends JobEnv {
  /** What is known, and where it is. Only `learn` and `enter` change it. */
  readonly known: { facts: Facts; phase: Phase | null };
}

export const learn = ({ known }: Job, facts: Partial<Facts>): void => {
  known.facts = { ...known.facts, ...facts };
};

const broke = ({ order }: Job, thrown: unknown): Failure =>
  failure(
    "internal",
    `The job on ${order.hostname} broke: ${causeOf(thrown)}. Look at the host, and please report this.`,
  );

/** A step that throws or rejects is one that failed. */
export const guarded =
  <A>(job: Job, step: () => Promise<Either<Failure, A>>): Step<A> =>
  async () => {
    try {
      return await step();
    } catch (thrown) {
      return left(broke(job, thrown));
    }
  };

const said = ({ order: { revision, action } }: Job): Readonly<Record<Phase, string>> => ({
  resolve: `asks for ${revision}`,
  build: "builds",
  activate: `activates (${action})`,
  verify: "compares what runs with what was built, and looks whether it is healthy",
  rollback: "goes back to what it was to boot before",
});

/** Nothing of a phase is done before its beginning is written down. */
export const enter = (job: Job, phase: Phase): Step<void> =>
  guarded(job, async () => {
    const { known, order, limits, time } = job;
    known.phase = phase;
    limits.enter(phase);
    const step = { status: "started", phase, message: `${order.hostname} ${said(job)[phase]}` } as const;
    await job.write(eventOf(known.facts, order, step, time.wallMs(), limits.elapsedMs()));
    return right(undefined);
  });

const endingMs = 15_000;

/** Ends what runs; a command that cannot be ended is not waited for. */
export const endWork = async ({ endCommands, time }: Job): Promise<void> => {
  await withinTime(
    time,
    endCommands().catch(() => undefined),
    endingMs,
  );
};

/** A timer may fire a moment before the time is over. */
const timerMs = 100;

const explained = ({ limits }: Job, failed: Failure): Failure =>
  failed.code === "timeout" && limits.leftMs() <= timerMs
    ? failure("timeout", `${failed.message} ${limits.sentence()}`)
    : failed;

/** Asks the machine, within the deadline of the phase and a grace. What comes too late is ended, and counts as `timeout`. */
export const asked = <A>(job: Job, what: string, question: () => Step<A>): Step<A> =>
  guarded(job, async () => {
    const answer = await withinTime(job.time, question()(), job.limits.patienceMs());
    if (answer !== undefined) return isLeft(answer) ? left(explained(job, answer.left)) : answer;
    await endWork(job);
    return left(failure("timeout", `${what} did not end on ${job.order.hostname}. ${job.limits.sentence()}`));
  });
