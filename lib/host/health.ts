/**
 * Whether the system that runs now is healthy: no unit failed, each check of the host succeeded, and a listener reached the log.
 * All of it side by side, ended at the first that fails; what none of them can do is last longer than its phase.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { HealthCheck } from "../contract/health-check.ts";
import type { UnitName } from "../contract/values.ts";
import type { Built } from "./build-phase.ts";
import type { Activated } from "./engine.ts";
import { asked, guarded, type Job, learn, type Step } from "./job-env.ts";
import { withinTime } from "./time.ts";
import { judgeUnits } from "./units.ts";

type Finding = Promise<Either<Failure, unknown>>;

/** More would not fit into a record. */
const shownUnits = 100;

const unitsFailed = ({ order }: Job, bad: readonly UnitName[] | "unknown"): Failure =>
  failure(
    "units_failed",
    bad === "unknown"
      ? `Units failed on ${order.hostname}, but which was not said.`
      : `These units failed on ${order.hostname}: ${bad.slice(0, shownUnits).join(", ")}.`,
  );

/** A systemd that was just replaced by the switch may not answer for a moment, which is no reason to go back. */
const unitTries = 3;
const unitPauseMs = 2_000;

const failedNow = async (job: Job): Promise<Either<Failure, readonly UnitName[]>> => {
  for (let tries = 1; ; tries++) {
    const now = await asked(job, "The question which units have failed", job.engine.failedUnits)();
    if (!isLeft(now) || tries >= unitTries || job.limits.leftMs() <= unitPauseMs) return now;
    await job.time.pause(unitPauseMs, new AbortController().signal);
  }
};

/** Right: those that failed and are tolerated. */
const unitsAreWell = (job: Job, { failedBefore }: Built, activated: Activated): Step<readonly UnitName[]> =>
  guarded(job, async () => {
    const now = await failedNow(job);
    if (isLeft(now)) {
      const why = `Whether units failed on ${job.order.hostname} could not be seen: ${now.left.message}`;
      return left(failure("verification_failed", why));
    }
    const { failed, bad } = judgeUnits({ before: failedBefore, now: now.right, activated }, job.order.tolerate_units);
    if (failed.length > 0) learn(job, { failed_units: failed.slice(0, shownUnits) });
    return bad === "unknown" || bad.length > 0 ? left(unitsFailed(job, bad)) : right(failed);
  });

const graceMs = 6_000;

/** `undefined`: it succeeded. Otherwise why not, as a clause. */
const oneTry = async ({ engine, time, limits }: Job, check: HealthCheck): Promise<string | undefined> => {
  try {
    const limitMs = Math.min(check.timeout_ms, limits.leftMs());
    const probed = await withinTime(time, engine.probe(check)(), limitMs + graceMs);
    if (probed === undefined) return "it did not answer";
    return isLeft(probed) ? probed.left : undefined;
  } catch (thrown) {
    return causeOf(thrown);
  }
};

const checked = async (job: Job, check: HealthCheck, signal: AbortSignal): Finding => {
  for (let tries = 1; ; tries++) {
    const why = await oneTry(job, check);
    if (why === undefined || signal.aborted) return right(undefined);
    if (tries >= check.tries || job.limits.leftMs() <= check.pause_ms) {
      const times = tries === 1 ? "one try" : `${tries} tries`;
      const message = `The health check "${check.name}" failed on ${job.order.hostname} after ${times}: ${why}.`;
      return left(failure("health_check_failed", message));
    }
    await job.time.pause(check.pause_ms, signal);
  }
};

const confirmation = async (job: Job, signal: AbortSignal): Finding => {
  const { order, limits, time } = job;
  const limitMs = Math.min(order.confirm_ms, limits.leftMs());
  const reached = await withinTime(
    time,
    job.confirmed(signal).then(() => true),
    limitMs,
  );
  if (reached === true) return right(undefined);
  const more = limits.leftMs() > 0 ? "The listener's --confirm-timeout allows more." : limits.sentence();
  const message = `Within ${Math.round(limitMs / 1000)} s of the activation no listener of ${order.hostname} appended to the log: it does not run, or does not reach the log. ${more}`;
  return left(failure("health_check_failed", message));
};

/** The first that fails, or that all of them have not. */
const firstFailure = (findings: readonly Finding[]): Promise<Either<Failure, unknown>> =>
  new Promise((resolve, reject) => {
    for (const finding of findings)
      finding.then((found) => {
        if (isLeft(found)) resolve(found);
      }, reject);
    Promise.all(findings).then(() => resolve(right(undefined)), reject);
  });

/** Right: the units that failed and are tolerated. Units may fail late, so they are looked at once more at the end. */
export const isHealthy = (job: Job, built: Built, activated: Activated): Step<readonly UnitName[]> =>
  guarded(job, async () => {
    const stop = new AbortController();
    try {
      const all = [
        unitsAreWell(job, built, activated)(),
        confirmation(job, stop.signal),
        ...job.order.health_checks.map((check) => checked(job, check, stop.signal)),
      ];
      const found = await firstFailure(all);
      return isLeft(found) ? found : await unitsAreWell(job, built, activated)();
    } finally {
      stop.abort();
    }
  });
