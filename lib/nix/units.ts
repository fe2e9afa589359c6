/**
 * Jobs as systemd units of their own, made by PID 1: nothing of the listener's sandbox, cgroup or life applies to them, so
 * the listener can be stopped by the very switch that its job performs. Without systemd a session of its own takes the
 * unit's place.
 */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { type Either, isRight, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import { plain } from "../contract/plain.ts";
import type { RequestId } from "../contract/values.ts";
import { systemctlShow, systemdRun } from "./commands.ts";
import type { Argv } from "./launch.ts";
import { type Ran, run, startDetached } from "./process.ts";

export interface JobLaunch {
  readonly id: RequestId;
  readonly argv: Argv;
  readonly outputFile: string;
  /** A backstop: systemd ends the unit after it. The job keeps its own, earlier deadline. */
  readonly timeoutMs: number;
  /** The whole environment of the job. */
  readonly env: Readonly<Record<string, string>>;
}

/** PID 1 answers at once, or something is badly wrong. */
const systemdMs = 30_000;

const jobUnit = (id: RequestId): string => `hd-job-${id}.service`;

/** Booted with systemd; having its programs installed is not enough. */
export const hasSystemd = (): boolean => existsSync("/run/systemd/system");

const mayStartUnits = (): boolean => hasSystemd() && process.getuid?.() === 0;

/** Why jobs here end with their listener; `undefined`: they do not. */
export const tiedJobs = (): string | undefined =>
  hasSystemd() && !mayStartUnits()
    ? "this listener is not root, so its jobs are no units of their own and end when systemd stops it; run it as root"
    : undefined;

const notStarted = (id: RequestId, reason: string): Failure =>
  failure("internal", `The job of request ${id} could not be started: ${reason}. Look at the host, then deploy again.`);

/** What a program of systemd's says about its own failing. */
const complaint = ({ notStarted, timedOut, stderr, code, signal }: Ran): string => {
  if (notStarted !== null) return notStarted;
  if (timedOut) return "systemd did not answer";
  const said = plain(stderr.trim().replace(/\.$/, ""), 300);
  return said === "" ? `its program ended with ${signal ?? `exit code ${code}`}` : said;
};

const asUnit = async ({ id, env, ...job }: JobLaunch): Promise<Either<Failure, void>> => {
  const argv = systemdRun({ unit: jobUnit(id), ...job, variables: Object.keys(env) });
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

/** A unit that is gone looks like one that ended well, so its being loaded counts first. Pure. */
const parseActive = (shown: string): boolean => {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(shown)?.[1] ?? "";
  return value("LoadState") !== "not-found" && !["", "inactive", "failed"].includes(value("ActiveState"));
};

/** Whether a unit runs, or is about to start or to end. */
export const isUnitActive = async (unit: string): Promise<Either<Failure, boolean>> => {
  const ran = await run(systemctlShow(unit), { timeoutMs: systemdMs });
  if (ran.code === 0) return right(parseActive(ran.stdout));
  return left(
    failure("internal", `Whether ${unit} runs cannot be told: ${complaint(ran)}. Look at the host, then try again.`),
  );
};
