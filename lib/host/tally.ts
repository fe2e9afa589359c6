/**
 * A count of outcomes that can be kept in a file and told again to a meter: its size is that of the labels, not of the past.
 * What is already in it is known by the message ids of the newest records, so that nothing is counted twice.
 */
import { longBuckets } from "../contract/metrics.ts";
import { type Outcome, outcomeActions, outcomeCodes, outcomeStatuses, phases } from "../contract/outcome.ts";
import { type Counted, count, type OutcomeMeter } from "../router/metering.ts";
import type { Cell, OutcomeLine, Sums } from "./outcome-file.ts";

/** More of each status than there are closed journals: see lib/host/state-dir.ts. */
const mostKnown = 512;

export interface Tally {
  readonly knows: (msgId: string, status: string) => boolean;
  /** False: it is in it already. */
  readonly take: (msgId: string, counted: Counted) => boolean;
  readonly sums: () => Sums;
}

/** The newest message ids of each status: the newest of all is what the log gives at every start. */
const memory = () => {
  const known = new Map<string, Set<string>>();
  return {
    has: (msgId: string, status: string): boolean => known.get(status)?.has(msgId) === true,
    add: (msgId: string, status: string): void => {
      const ids = known.get(status) ?? new Set();
      known.set(status, ids.add(msgId));
      const [oldest] = ids;
      if (ids.size > mostKnown && oldest !== undefined) ids.delete(oldest);
    },
    all: () => [...known].flatMap(([status, ids]) => [...ids].map((msg_id) => ({ msg_id, status }))),
  };
};

const bucketOf = (ms: number): number => longBuckets.findIndex((bound) => ms / 1000 <= bound);

/** Sums by what was counted, its labels and its bucket. */
const summing = (cells: Map<string, Cell>, ended: { successMs: number }): OutcomeMeter => {
  const add = (what: string, labels: readonly string[], n: number, ms: number): void => {
    const key = JSON.stringify([what, ...labels, what === "ended" ? 0 : bucketOf(ms)]);
    const before = cells.get(key) ?? { n: 0, ms: 0 };
    cells.set(key, { what, labels, n: before.n + n, ms: before.ms + n * ms });
  };
  return {
    ended: ({ status, action, code }, n) => add("ended", [status, action, code], n, 0),
    took: ({ action, success }, ms, n) => add("took", [action, String(success)], n, ms),
    phase: (phase, ms, n) => add("phase", [phase], n, ms),
    succeeded: (atMs) => {
      ended.successMs = Math.max(ended.successMs, atMs);
    },
  };
};

const among = <A extends string>(all: readonly A[], word: string | undefined): A | undefined =>
  all.find((one) => one === word);

type Ending = Pick<Outcome, "status" | "action" | "code">;

/** What an older or newer version counted by labels that are none now, counts as the nearest that is. */
const endingOf = ([status, action, code = ""]: readonly (string | undefined)[]): Ending | undefined => {
  const known = among(outcomeStatuses, status);
  if (known === undefined) return undefined;
  const codes: readonly string[] = outcomeCodes[known];
  return {
    status: known,
    action: among(outcomeActions, action) ?? "unknown",
    code: among(codes, code) ?? codes.at(-1) ?? "",
  };
};

const tell = (meter: OutcomeMeter, { what, labels, n, ms }: Cell): void => {
  const [ending, phase] = [endingOf(labels), among(phases, labels[0])];
  if (what === "ended" && ending !== undefined) meter.ended(ending, n);
  const action = among(outcomeActions, labels[0]) ?? "unknown";
  if (what === "took" && n > 0) meter.took({ action, success: labels[1] === "true" }, ms / n, n);
  if (what === "phase" && n > 0 && phase !== undefined) meter.phase(phase, ms / n, n);
};

/** As one that was counted, from its line. */
export const countedIn = ({
  status,
  action,
  code,
  elapsed_ms,
  at_ms,
  phases: took,
}: OutcomeLine): Counted | undefined => {
  const ending = endingOf([status, action, code]);
  return (
    ending && {
      outcome: { ...ending, elapsedMs: elapsed_ms },
      phases: took.flatMap(({ phase, ms }) => {
        const known = among(phases, phase);
        return known === undefined ? [] : [{ phase: known, ms }];
      }),
      atMs: at_ms,
    }
  );
};

/** Goes on from sums, and tells them to the meter at once. */
export const tallyOf = (before: Sums | undefined, meter: OutcomeMeter): Tally => {
  const [cells, ended, known] = [new Map<string, Cell>(), { successMs: 0 }, memory()];
  const own = summing(cells, ended);
  for (const each of [own, meter]) {
    for (const cell of before?.cells ?? []) tell(each, cell);
    if ((before?.success_ms ?? 0) > 0) each.succeeded(before?.success_ms ?? 0);
  }
  for (const { msg_id, status } of before?.known ?? []) known.add(msg_id, status);
  return {
    knows: known.has,
    take: (msgId, counted) => {
      if (known.has(msgId, counted.outcome.status)) return false;
      known.add(msgId, counted.outcome.status);
      count(own, counted);
      count(meter, counted);
      return true;
    },
    sums: () => ({
      counted: 1,
      cells: [...cells.values()].map((cell) => ({ ...cell, ms: Math.round(cell.ms) })),
      known: known.all(),
      success_ms: ended.successMs,
    }),
  };
};
