/**
 * From the revision to a system that could be activated, and what the machine is before that. Until the end of it a request can
 * be cancelled: the decision is watched for, and the commands that run are ended.
 */
import { left } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { StorePath, UnitName } from "../contract/values.ts";
import { isHealthChecked } from "./action.ts";
import type { Decision } from "./decision.ts";
import type { Resolved, SystemState } from "./engine.ts";
import { asked, endWork, enter, type Job, learn, type Step } from "./job-env.ts";

export interface Built {
  readonly resolved: Resolved;
  readonly closure: StorePath;
  readonly before: SystemState;
  /** Units that had failed before the activation, and are not its fault. */
  readonly failedBefore: readonly UnitName[];
}

const where = ({ known: { phase } }: Job): string => (phase === null ? "before it began" : `in its phase ${phase}`);

/** How a request ends that is decided to be cancelled; a decision that a crash tore has nobody who made it. */
export const cancellation = (job: Job, { by, reason }: Decision): Failure => {
  if (by !== undefined) learn(job, { cancelled_by: by });
  const who = by === undefined ? "It was cancelled" : `${by} cancelled it`;
  const why = reason === undefined ? "" : ` (${reason})`;
  return failure("cancelled", `${who} ${where(job)}${why}. Nothing was activated on ${job.order.hostname}.`);
};

const cancellable =
  <A>(job: Job, step: Step<A>): Step<A> =>
  async () => {
    const cancelled = job.decision.cancelled.then((decision) => ({ decision }));
    const first = await Promise.race([step(), cancelled]);
    if (!("decision" in first)) return first;
    job.limits.stop();
    await endWork(job);
    return left(cancellation(job, first.decision));
  };

/** What the machine is before anything is done to it. */
const before = (job: Job): Step<Pick<Built, "before" | "failedBefore">> => {
  const { engine, order } = job;
  const failedUnits = isHealthChecked(order.action)
    ? asked(job, "The question which units have failed", engine.failedUnits)
    : TE.right([]);
  return pipe(
    asked(job, "The question what runs", engine.state),
    TE.chain((state) =>
      pipe(
        failedUnits,
        TE.map((failedBefore) => ({ before: state, failedBefore })),
      ),
    ),
  );
};

export const resolveAndBuild = (job: Job): Step<Built> => {
  const { engine, order } = job;
  return pipe(
    enter(job, "resolve"),
    TE.chain(() =>
      cancellable(
        job,
        asked(job, `The search for ${order.revision}`, () => engine.resolve(order.revision)),
      ),
    ),
    TE.chainFirst(({ commit }) => {
      learn(job, { commit });
      return enter(job, "build");
    }),
    TE.chain((resolved) =>
      pipe(
        cancellable(
          job,
          asked(job, "The build", () => engine.build(resolved)),
        ),
        TE.map((closure) => ({ resolved, closure })),
      ),
    ),
    TE.chain((built) =>
      pipe(
        before(job),
        TE.map((found) => ({ ...built, ...found })),
      ),
    ),
    TE.map((built) => {
      const { boots } = built.before;
      learn(job, { closure: built.closure, ...(boots === undefined ? {} : { previous: boots }) });
      return built;
    }),
  );
};
