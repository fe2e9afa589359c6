/**
 * One deployment on one host, from the revision to the proof: resolve, build, activate, verify, and back again when the proof
 * fails. It knows an engine and a journal and nothing of NATS. Each phase is written down before it begins, and exactly one end
 * is written in every case: success only when what runs was compared with what was built, and is healthy.
 */
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { DeployEvent } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import { activate, mayActivate } from "./activate-phase.ts";
import { cancellation, resolveAndBuild } from "./build-phase.ts";
import { eventOf, factsOf, failedEvent } from "./facts.ts";
import { guarded, type Job, type JobEnv } from "./job-env.ts";
import { afterFailure } from "./rollback.ts";
import { stillSo, verified } from "./verify-phase.ts";

const phases = async (job: Job): Promise<Either<Failure, string>> => {
  const made = job.decision.made();
  if (made?.kind === "cancel") return left(cancellation(job, made));
  const built = await resolveAndBuild(job)();
  if (isLeft(built)) return built;
  const may = await mayActivate(job)();
  if (isLeft(may)) return may;
  const proved = await pipe(
    activate(job, built.right),
    TE.chain((activated) => verified(job, built.right, activated)),
  )();
  if (isLeft(proved)) return left(await afterFailure(job, built.right, proved.left));
  return stillSo(job, built.right)(proved.right)();
};

/** An end without the output is better than none. */
const lastLines = (job: JobEnv): Promise<readonly string[]> => job.tail().catch(() => []);

/** Runs the deployment and writes its end. Rejects only when the journal cannot be written. */
export const runJob = async (env: JobEnv): Promise<DeployEvent> => {
  const job: Job = { ...env, known: { facts: factsOf(env.order), phase: null } };
  const result = await guarded(job, () => phases(job))();
  const { order, time, limits, known } = job;
  const { facts, phase } = known;
  const moment = [time.wallMs(), limits.elapsedMs()] as const;
  const end = isLeft(result)
    ? failedEvent(facts, order, { failure: result.left, phase, logTail: await lastLines(env) }, ...moment)
    : eventOf(facts, order, { status: "completed", phase, message: result.right }, ...moment);
  await env.write(end);
  return end;
};
