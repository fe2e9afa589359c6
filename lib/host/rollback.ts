/**
 * What follows a deployment that failed after its activation began. Where it may have changed what runs or boots, the host goes
 * back to what its system profile pointed to before, by that system's own switch, and what runs is compared once more. Nothing
 * here throws: whatever happens, the end says what failed and what runs.
 */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { StorePath } from "../contract/values.ts";
import type { Built } from "./build-phase.ts";
import type { Activated, Rollback, SystemState } from "./engine.ts";
import { asked, endWork, enter, type Job, learn } from "./job-env.ts";
import { aftermath, brokenReturn, isUnchanged, returned, whatIsThere } from "./verify.ts";

/** `undefined`: the machine did not say. */
const stateIfSeen = async (job: Job): Promise<SystemState | undefined> => {
  const seen = await asked(job, "The question what runs", job.engine.state)();
  if (isLeft(seen)) return undefined;
  if (seen.right.generation !== undefined) learn(job, { generation: seen.right.generation });
  return seen.right;
};

interface Way {
  readonly action: Rollback["action"];
  readonly previous: StorePath;
}

/** A sentence: why the host stays as it is. */
const wayBack = ({ order }: Job, { before }: Built, after: SystemState | undefined): Way | string => {
  const { action } = order;
  // It changes nothing by itself: what is different now was someone else's doing.
  if (action === "dry-activate" || (after !== undefined && isUnchanged(before, after))) return "";
  if (!order.rollback) return "The request asks for no rollback.";
  if (before.boots === undefined) return "It cannot go back, because no system was to boot before.";
  return { action, previous: before.boots };
};

interface Return {
  readonly went: Either<Failure, Activated>;
  readonly before: SystemState;
  readonly after: SystemState | undefined;
}

/** Links that are right prove no rollback whose switch says that it failed: units may be stopped, or still be those of the other. */
const judged = ({ order: { hostname } }: Job, { action, previous }: Way, cause: Failure, back: Return): Failure => {
  const { went, before, after } = back;
  const isThere = after !== undefined && brokenReturn({ action, before, after }).length === 0;
  if (!isThere) {
    const why = isLeft(went) ? ` ${went.left.message}` : "";
    const message = `${cause.message} ${hostname} could not go back to ${previous}.${why} ${whatIsThere(after)} Look at the host before deploying again.`;
    return failure("rollback_failed", message);
  }
  const place = `${previous}, which ${returned(action)}`;
  if (isLeft(went)) {
    const message = `${cause.message} ${hostname} is back at ${place}, but not cleanly: ${went.left.message} Look at its units before deploying again.`;
    return failure("rollback_failed", message);
  }
  const units = went.right.unitsFailed ? " Some of its units failed, so look at them." : "";
  const message = `${cause.message} So ${hostname} went back to ${place}.${units} Mend the configuration, then deploy again.`;
  return failure("rolled_back", message);
};

const goBack = async (job: Job, { before }: Built, { action, previous }: Way, cause: Failure): Promise<Failure> => {
  learn(job, { cause: cause.code as NonNullable<Job["known"]["facts"]["cause"]> });
  // The host is not left on a system that failed because the disk takes no more: its end is told in any case.
  await enter(job, "rollback")();
  const went = await asked(job, "The rollback", () => job.engine.rollBack({ action, closure: previous }))();
  return judged(job, { action, previous }, cause, { went, before, after: await stateIfSeen(job) });
};

/** How the job ends: by the rollback, or by the cause where the host stays as it is. */
export const afterFailure = async (job: Job, built: Built, cause: Failure): Promise<Failure> => {
  // Another switch runs, and nothing was done.
  if (cause.code === "busy") return cause;
  await endWork(job);
  const after = await stateIfSeen(job);
  const way = wayBack(job, built, after);
  if (typeof way !== "string") return goBack(job, built, way, cause);
  const stays = [cause.message, way, aftermath({ built: built.closure, before: built.before }, after)];
  return failure(cause.code, stays.filter((sentence) => sentence !== "").join(" "));
};
