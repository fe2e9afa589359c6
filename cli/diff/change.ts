/** What changed on a host between two places in the log, and how many deployments ended there in between. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { LogIndex } from "../../lib/router/ports.ts";
import { type HostState, type Part, untold } from "../../streams/host-state.ts";
import type { StatusLine } from "../status/status-line.ts";
import type { AsOf } from "../work/as-of.ts";

export interface Span {
  readonly from: AsOf;
  readonly to: AsOf;
}

export interface Change {
  readonly from: HostState;
  readonly to: StatusLine;
  /** `undefined`: the server cannot count. */
  readonly completed: number | undefined;
  readonly failed: number | undefined;
}

/** What a person would see of it: the same system deployed once more is no change. */
const seenOf = (part: Part): readonly unknown[] => {
  if (part.is === "unknown") return [part.is, part.since.seq];
  return part.is === "system" ? [part.is, part.closure, part.by?.commit, part.generation] : [part.is];
};

const isSame = (a: Part, b: Part): boolean => JSON.stringify(seenOf(a)) === JSON.stringify(seenOf(b));

type Counted = Promise<Either<Failure, number | undefined>>;

const countBetween = async (log: Pick<LogIndex, "count">, { from, to }: Span, filter: string): Counted => {
  const all = await log.count(from.seq + 1, filter)();
  if (isLeft(all) || all.right === undefined) return all;
  const later = await log.count(to.seq + 1, filter)();
  return isLeft(later) || later.right === undefined ? later : right(all.right - later.right);
};

const counted = async (
  log: Pick<LogIndex, "count">,
  span: Span,
  change: Omit<Change, "completed" | "failed">,
): Promise<Either<Failure, Change>> => {
  const of = (status: string) => countBetween(log, span, `hd.res.*.${change.to.host}.${status}`);
  const [completed, failed] = await Promise.all([of("completed"), of("failed")]);
  if (isLeft(completed)) return completed;
  return isLeft(failed) ? failed : right({ ...change, completed: completed.right, failed: failed.right });
};

/** Those hosts that changed. The log only grows, so whoever was there before is there after. */
export const changes = async (
  log: Pick<LogIndex, "count">,
  span: Span,
  before: readonly StatusLine[],
  after: readonly StatusLine[],
): Promise<Either<Failure, readonly Change[]>> => {
  const known = new Map(before.map((line) => [line.host, line]));
  const changed = after
    .map((to) => ({ from: known.get(to.host) ?? untold, to }))
    .filter(({ from, to }) => !isSame(from.runs, to.runs) || !isSame(from.boots, to.boots));
  const found: Change[] = [];
  for (const one of await Promise.all(changed.map((change) => counted(log, span, change)))) {
    if (isLeft(one)) return one;
    found.push(one.right);
  }
  return right(found);
};
