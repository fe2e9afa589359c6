/**
 * What a rule about an absence would have told: what each host lacks, followed through the log record by record, and looked at
 * whenever something is due, as an alerter looks every some seconds. Of who was heard of the log knows nothing; and of a reboot
 * only the next deployment that needs none.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Absence } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import { eachRecord } from "../each-record.ts";
import { effectOf } from "../host-state.ts";
import { type ResponseRecord, readRecord } from "../records.ts";
import { type AbsenceRule, tellAbsences } from "./absences.ts";
import { currentLedger } from "./current-ledger.ts";
import { type Ask, isKnown, type Lack, type LackLog, type Lacks, newestOfHosts } from "./lacks.ts";
import { rehearsalAlerts, rehearsedAge } from "./rehearsal-alerts.ts";
import type { RehearsalEnv } from "./rehearse-records.ts";
import type { Fleet } from "./roles.ts";
import { undeployedIn } from "./undeployed.ts";
import { unfinishedIn } from "./unfinished.ts";

export interface AbsenceRehearsalEnv extends Omit<RehearsalEnv, "log" | "rolesOf"> {
  readonly log: LackLog;
  /** The hosts as they are enrolled now. */
  readonly fleet: Fleet;
  /** When the rule is switched on. */
  readonly sinceMs: number;
}

/** What a host lacks after one more record; `"same"`: what it did before. */
type Next = (known: Lack | undefined, record: ResponseRecord) => Lack | undefined | "same";

const begin = (by: ResponseRecord): Lack => ({ sinceMs: by.atMs, by });

const nexts: Readonly<Record<Exclude<Absence, "unseen">, Next>> = {
  unfinished: (known, record) => {
    const { status, event } = record;
    if (status === "accepted") return begin(record);
    const asked = known?.by?.event.request_seq;
    const ends = status === "completed" || status === "failed";
    return ends && (asked === undefined || asked === event.request_seq) ? undefined : "same";
  },
  undeployed: (known, record) => {
    if (record.status === "completed" && effectOf(record)?.kind === "put") return begin(record);
    return known === undefined && isKnown(record.status) ? { sinceMs: record.atMs } : "same";
  },
  reboot: (known, record) => {
    if (record.status !== "completed" || effectOf(record) === undefined) return "same";
    const isNeeded = (record.event.reboot_needed?.length ?? 0) > 0;
    return isNeeded ? (known ?? begin(record)) : undefined;
  },
};

/** As of the record before the first. */
const atStart = (log: LackLog, kind: Absence): Ask<Lacks> => {
  if (kind === "unfinished") return unfinishedIn(log, newestOfHosts(log));
  return kind === "undeployed" ? undeployedIn(log, newestOfHosts(log)) : async () => right(new Map());
};

/** An alerter looks about so often. */
const tickMs = 10_000;

const nextTick = (atMs: number): number => Math.ceil(atMs / tickMs) * tickMs;

/** What hosts lack, and when that has to be looked at. */
const lackingOf = ({ when }: AbsenceRule, start: Lacks, sinceMs: number) => {
  const lacks = new Map<HostName, Lack | undefined>(start);
  const dueMs = (lack: Lack | undefined): number =>
    lack === undefined ? Number.POSITIVE_INFINITY : nextTick(lack.sinceMs + when.afterMs + 1);
  let dueAtMs = sinceMs;
  return {
    lacks,
    dueAtMs: () => dueAtMs,
    looked: (nowMs: number): void => {
      dueAtMs = Math.min(...[...lacks.values()].map(dueMs).filter((ms) => ms > nowMs), Number.POSITIVE_INFINITY);
    },
    take: (record: ResponseRecord): void => {
      const known = lacks.get(record.host);
      const next = when.kind === "unseen" ? "same" : nexts[when.kind](known, record);
      if (next === "same" || next === known) return;
      lacks.set(record.host, next);
      // Who was due before may have been told of.
      const overMs = dueMs(known) <= record.atMs ? nextTick(record.atMs + 1) : Number.POSITIVE_INFINITY;
      dueAtMs = Math.min(dueAtMs, overMs, dueMs(next));
    },
  };
};

type Looking = Pick<AbsenceRehearsalEnv, "fleet" | "tell"> & { readonly rule: AbsenceRule; readonly lacks: Lacks };

/** An alerter that looks at a given time. */
const alerterOf = ({ rule, lacks, fleet, tell }: Looking) => {
  let nowMs = 0;
  const now = (): number => nowMs;
  const alerts = rehearsalAlerts(now);
  const meter = { fired: tell, putAside: () => {}, delivered: () => {}, counted: () => {} };
  const env = { alerts, logAge: rehearsedAge, now, meter, ledger: currentLedger(alerts) };
  return (atMs: number, asOf: number): Promise<Either<Failure, void>> => {
    nowMs = atMs;
    return tellAbsences(env, [rule], async () =>
      right({ fleet, lacks: new Map([[rule.when.kind, lacks]]), asOf, nowMs }),
    );
  };
};

export const rehearseAbsences = async (env: AbsenceRehearsalEnv, rule: AbsenceRule): Promise<Either<Failure, void>> => {
  const { log, stretch, untilMs, sinceMs } = env;
  const start = await atStart(log, rule.when.kind)(stretch.from - 1);
  if (isLeft(start)) return start;
  const lacking = lackingOf(rule, start.right, sinceMs);
  const look = alerterOf({ ...env, rule, lacks: lacking.lacks });
  let upTo = stretch.from - 1;
  const goOn = async (toMs: number): Promise<Either<Failure, void>> => {
    for (let atMs = lacking.dueAtMs(); atMs <= toMs; atMs = lacking.dueAtMs()) {
      const looked = await look(atMs, upTo);
      if (isLeft(looked)) return looked;
      lacking.looked(atMs);
    }
    return right(undefined);
  };
  const read = await eachRecord(log, "hd.res.>", stretch, async (stored) => {
    const gone = await goOn(stored.atMs);
    const record = readRecord(stored);
    if (record.kind === "response") lacking.take(record);
    upTo = stored.seq;
    return gone;
  });
  return isLeft(read) ? read : goOn(untilMs);
};
