/**
 * What a host last ran well before what it runs now: the newest system that a switch or boot there completed with, and that is
 * not the one it runs. Read backwards ending by ending, each found by the log's index, so what stands between costs nothing.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { HostName } from "../lib/contract/names.ts";
import type { Commit } from "../lib/contract/values.ts";
import type { LogIndex } from "../lib/router/ports.ts";
import { type Deployment, type Effect, effectOf } from "./host-state.ts";
import { readRecord } from "./records.ts";

/** A deployment that was healthy, of a commit that can be deployed again. */
export interface Healthy extends Deployment {
  readonly commit: Commit;
}

export interface WayBack {
  /** What the host runs, or will boot, as far as the log tells; `undefined`: a failure left it unknown, or nothing is known. */
  readonly from: Pick<Deployment, "closure" | "commit"> | undefined;
  /** `undefined`: there is none among the endings that were looked at. */
  readonly to: Healthy | undefined;
}

/** How many endings of one host are looked at. */
export const mostEndings = 100;

const madeBy = ({ kind, by, previous }: Effect): WayBack["from"] => {
  if (kind === "lost") return undefined;
  return kind === "put" ? by : { closure: previous, commit: undefined };
};

/** What was only tried was not meant to stay. */
const healthyIn = ({ kind, by }: Effect): Healthy | undefined => {
  const { action, commit, closure } = by;
  if (kind !== "put" || action === "test" || commit === undefined || closure === undefined) return undefined;
  return { ...by, commit };
};

interface Walk {
  /** Whether an ending has said what runs, if only that it is unknown. */
  readonly told: boolean;
  readonly from: WayBack["from"];
}

/** The commit of what a rollback led to stands in the record that deployed it. */
const known = ({ told, from }: Walk, effect: Effect): Walk => {
  if (!told) return { told: true, from: madeBy(effect) };
  if (from === undefined || from.commit !== undefined || from.closure !== effect.by.closure) return { told, from };
  return { told, from: effect.by };
};

type Log = Pick<LogIndex, "newest">;

/** A host has one name in all tiers, and may have been in another one before. */
const endingsOf = (host: HostName): readonly string[] =>
  ["completed", "failed"].map((status) => `hd.res.*.${host}.${status}`);

interface Ending {
  readonly seq: number;
  /** `undefined`: it changed nothing. */
  readonly effect: Effect | undefined;
}

const endingBefore = async (
  log: Log,
  subjects: readonly string[],
  before: number,
): Promise<Either<Failure, Ending | undefined>> => {
  // Sequence 0 would mean the end of the log.
  const found = before > 1 ? await log.newest(subjects, before - 1)() : right([]);
  if (isLeft(found)) return found;
  const stored = found.right.at(-1);
  if (stored === undefined) return right(undefined);
  const record = readRecord(stored);
  return right({ seq: stored.seq, effect: record.kind === "response" ? effectOf(record) : undefined });
};

const walkBack = async (log: Log, subjects: readonly string[], end: number): Promise<Either<Failure, WayBack>> => {
  let [walk, before]: [Walk, number] = [{ told: false, from: undefined }, end + 1];
  for (let looked = 0; looked < mostEndings; looked += 1) {
    const ending = await endingBefore(log, subjects, before);
    if (isLeft(ending)) return ending;
    if (ending.right === undefined) break;
    const { seq, effect } = ending.right;
    before = seq;
    if (effect === undefined) continue;
    walk = known(walk, effect);
    const healthy = healthyIn(effect);
    if (healthy !== undefined && healthy.closure !== walk.from?.closure) return right({ from: walk.from, to: healthy });
  }
  return right({ from: walk.from, to: undefined });
};

/** As of the record with the sequence `end`. */
export const wayBack =
  (log: Log, host: HostName, end: number): TaskEither<Failure, WayBack> =>
  () =>
    walkBack(log, endingsOf(host), end);
