/**
 * Whether all alerters judge by the same rules. A record of the log is handed to one of them and settled by it, so that what
 * only another's rules tell of would be lost without a word. Each writes by which rules it judges, and looks at what the others
 * wrote; nothing is stopped, because the rules may be changed at one after the other.
 */
import { createHash } from "node:crypto";
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { RulesInUse } from "../../lib/contract/alert.ts";
import type { AlertRules } from "../../lib/contract/alert-rules.ts";
import { rulesSubject } from "../../lib/contract/alert-subjects.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import { instant } from "../../lib/contract/values.ts";
import type { Alerts, Logger } from "../../lib/router/ports.ts";
import { type RulesRecord, readAlertRecord } from "./alert-record.ts";

/** How often it is written anew. Seldom, because whoever reads the alerts of 90 days reads these too. */
const writeEveryMs = 10 * 60_000;

/** So long after its last word an alerter that was killed seems to be at work. */
const freshMs = writeEveryMs + 2 * 60_000;

/** Keys in an order of their own: where a condition stands in the file means nothing. */
const ordered = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** @internal How a sink is reached is each machine's own business; that it is there is not, because some rules go to all. */
export const digestOf = ({ rules, sinks }: AlertRules): RulesInUse["digest"] => {
  const named = <A extends { readonly name: string }>(all: readonly A[]): readonly A[] =>
    all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const judged = { rules: named(rules), sinks: named(sinks).map(({ name, type }) => ({ name, type })) };
  const text = JSON.stringify(judged, ordered);
  return createHash("sha256").update(text).digest("hex").slice(0, 16) as RulesInUse["digest"];
};

/** Whoever wrote it is at work, or was until some minutes ago. */
export const isAtWork = ({ atMs, inUse }: RulesRecord, nowMs: number): boolean =>
  inUse.ended === undefined && nowMs - atMs < freshMs;

export interface WatchEnv {
  readonly alerts: Pick<Alerts, "append" | "last">;
  readonly rules: AlertRules;
  readonly requester: Requester;
  readonly version: string;
  readonly now: () => number;
  readonly logger: Pick<Logger, "warn">;
}

export interface RulesWatch {
  /** Looks at the newest word and writes its own when it is time. Calls must not overlap. */
  readonly look: () => Promise<Either<Failure, void>>;
  /** Says that it is at work no more. */
  readonly end: () => Promise<void>;
}

const otherRules = ({ inUse: { by, started } }: RulesRecord): string =>
  `Another alerter (${by}, started ${started}) has other rules. Each record is judged by one alerter only, so alerts are lost while both are at work: end all alerters, give all the same rules, and start them again. If it was killed, this goes by itself.`;

export const rulesWatch = ({ alerts, rules, requester, version, now, logger }: WatchEnv): RulesWatch => {
  const inUse: RulesInUse = { digest: digestOf(rules), by: requester, version, started: instant(now()) };
  const told = new Set<string>();
  let writtenMs = Number.NEGATIVE_INFINITY;

  const notice = (record: RulesRecord): void => {
    const { digest, started } = record.inUse;
    const key = `${digest} ${started}`;
    if (digest === inUse.digest || !isAtWork(record, now()) || told.has(key)) return;
    told.add(key);
    logger.warn({ digest, own: inUse.digest }, otherRules(record));
  };
  const write = (changes: Partial<RulesInUse> = {}) => {
    const msgId = `rules:${requester}:${inUse.digest}:${now()}:${changes.ended ?? ""}`;
    return alerts.append({ subject: rulesSubject, body: JSON.stringify({ ...inUse, ...changes }), msgId })();
  };
  const isDue = (): boolean => now() - writtenMs >= writeEveryMs;
  const writeOnTime = async (): Promise<Either<Failure, void>> => {
    const written = await write();
    if (isLeft(written)) return written;
    writtenMs = now();
    return right(undefined);
  };
  const look = async (): Promise<Either<Failure, void>> => {
    const last = await alerts.last(rulesSubject)();
    if (isLeft(last)) return last;
    const record = last.right && readAlertRecord(last.right);
    if (record?.kind === "rules") notice(record);
    return isDue() ? writeOnTime() : right(undefined);
  };
  return {
    look,
    end: async () => {
      await write({ ended: "yes" });
    },
  };
};
