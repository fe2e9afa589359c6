/**
 * Jobs as systemd units of their own, made by PID 1: nothing of the listener's sandbox, cgroup or life applies to them, so
 * the listener can be stopped by the very switch that its job performs. Without systemd a session of its own takes the
 * unit's place.
 */
import { userInfo } from "node:os";
import { type Either, isRight, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import type { RequestId } from "../contract/values.ts";
import { runAsJob } from "./commands.ts";
import type { Argv } from "./launch.ts";
import { run, startDetached } from "./process.ts";
import { complaint, hasSystemd, isUnitActive, mayStartUnits, systemdMs } from "./systemd.ts";

export interface JobLaunch {
  readonly id: RequestId;
  readonly argv: Argv;
  readonly outputFile: string;
  /** A backstop: systemd ends the unit after it. The job keeps its own, earlier deadline. */
  readonly timeoutMs: number;
  /** The whole environment of the job. */
  readonly env: Readonly<Record<string, string>>;
}

const jobUnit = (id: RequestId): string => `hd-job-${id}.service`;

/** Why jobs here end with their listener; `undefined`: they do not. */
export const tiedJobs = (): string | undefined =>
  hasSystemd() && !mayStartUnits()
    ? "this listener is not root, so its jobs are no units of their own and end when systemd stops it; run it as root"
    : undefined;

const notStarted = (id: RequestId, reason: string): Failure =>
  failure("internal", `The job of request ${id} could not be started: ${reason}. Look at the host, then deploy again.`);

const asUnit = async ({ id, env, ...job }: JobLaunch): Promise<Either<Failure, void>> => {
  const argv = runAsJob({ unit: jobUnit(id), ...job, variables: Object.keys(env) });
  const ran = await run(argv, { timeoutMs: systemdMs, env });
  if (ran.code === 0) return right(undefined);
  // An earlier listener was killed when it had started the unit: its job is on its way, or ends by itself.
  const active = await isUnitActive(jobUnit(id));
  return isRight(active) && active.right ? right(undefined) : left(notStarted(id, complaint(ran)));
};

const asSession = async ({ id, argv, outputFile, env }: JobLaunch): Promise<Either<Failure, void>> => {
  const started = await startDetached(argv, { outputFile, env, cwd: "/" });
  return started._tag === "Left" ? left(notStarted(id, started.left.reason)) : right(undefined);
};

/**
 * Right: the job is on its way and outlives us. Under systemd a second start with the same id is refused. A unit gets the
 * user's own HOME: the listener's is its state folder, which has no keys for ssh and no settings for git.
 */
export const launchJob =
  (job: JobLaunch): TaskEither<Failure, void> =>
  () =>
    mayStartUnits() ? asUnit({ ...job, env: { ...job.env, HOME: userInfo().homedir } }) : asSession(job);
