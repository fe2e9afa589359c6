/**
 * How long the newest deployments of a host took, as a whole and phase by phase, by the host's own clock. A sample, so that it
 * costs the same however often the host was deployed; whoever shows it says of how many.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogIndex, LogReader } from "../lib/router/ports.ts";
import type { Stretch } from "./log-cursor.ts";
import { logWindows } from "./log-windows.ts";
import { type ResponseRecord, readRecord } from "./records.ts";

/** Of so many that took this long. */
export interface Times {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

export interface DeploymentTimes {
  /** From `accepted` to `completed`. `undefined`: none is known. */
  readonly whole: Times | undefined;
  /** In the order in which they begin. */
  readonly phases: ReadonlyMap<string, Times>;
}

/** Deployments in a sample, at the least, if there are so many; and the records of one. */
const wanted = 20;
const recordsOfOne = 6;

/** Of the sorted, the first that is as long as that share of them or longer. */
const at = (sorted: readonly number[], share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;

/** `undefined`: of none. */
const timesOf = (all: readonly number[]): Times | undefined => {
  const sorted = all.toSorted((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return { count: sorted.length, medianMs: at(sorted, 0.5), p95Ms: at(sorted, 0.95) };
};

const byRequest = (records: readonly ResponseRecord[]): readonly (readonly ResponseRecord[])[] => {
  const deployments = new Map<number, ResponseRecord[]>();
  for (const record of records) {
    const seq = record.event.request_seq ?? -record.seq;
    deployments.set(seq, [...(deployments.get(seq) ?? []), record]);
  }
  return [...deployments.values()];
};

/** Each phase lasts until the next record of its deployment. */
const addPhases = (phases: Map<string, number[]>, records: readonly ResponseRecord[]): void => {
  for (const [n, { status, event }] of records.entries()) {
    const endMs = records[n + 1]?.event.elapsed_ms;
    if (status !== "started" || !event.phase || endMs === undefined || event.elapsed_ms === undefined) continue;
    phases.set(event.phase, [...(phases.get(event.phase) ?? []), endMs - event.elapsed_ms]);
  }
};

const summed = (records: readonly ResponseRecord[], from: number): DeploymentTimes => {
  const completed = byRequest(records).filter((all) => all.at(-1)?.status === "completed");
  const phases = new Map<string, number[]>();
  // One that began before the sample lacks its first phases.
  const whole = completed.filter(([first]) => (first?.event.request_seq ?? 0) >= from);
  for (const deployment of whole) addPhases(phases, deployment);
  const elapsed = completed.flatMap((all) => all.at(-1)?.event.elapsed_ms ?? []);
  const known = [...phases].flatMap(([phase, all]) => {
    const times = timesOf(all);
    return times === undefined ? [] : [[phase, times] as const];
  });
  return { whole: timesOf(elapsed), phases: new Map(known) };
};

/** Of those that completed in the stretch; `place` is a host's `hd.res.<tier>.<host>`. */
export const deploymentTimes = async (
  log: LogReader & Pick<LogIndex, "count">,
  place: string,
  stretch: Stretch,
  withPhases: boolean,
): Promise<Either<Failure, DeploymentTimes>> => {
  const filter = `${place}.${withPhases ? "*" : "completed"}`;
  const windows = await logWindows(log, [filter], stretch);
  if (isLeft(windows)) return windows;
  const window = await windows.right.next(withPhases ? wanted * recordsOfOne : wanted);
  if (isLeft(window)) return window;
  if (window.right === undefined) return right(summed([], 1));
  const { from, to, matching } = window.right;
  const records = await log.range(from, filter, matching?.[0] ?? wanted * recordsOfOne)();
  if (isLeft(records)) return records;
  const read = records.right.filter(({ seq }) => seq < to).map(readRecord);
  return right(
    summed(
      read.filter((one) => one.kind === "response"),
      from,
    ),
  );
};
