/**
 * The stream of alerts as people look at it: what the ledger knows, and what it forgets because no alerter needs it, which is what
 * open alerts say, since when a sink fails, and alerts that are over.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { SinkName } from "../../lib/contract/names.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import type { AlertRecord, AsideRecord, FiredRecord, RulesRecord, SentRecord } from "./alert-record.ts";
import { catchUp, type Ledger, ledgerOf } from "./ledger.ts";
import { isAtWork } from "./same-rules.ts";

/** How a sink fares. */
export interface SinkFare {
  readonly sink: SinkName;
  readonly newest: SentRecord;
  /** When it took an alert last. */
  readonly sentMs: number | undefined;
  /** Since when it took none. */
  readonly failingMs: number | undefined;
}

export interface Overview {
  readonly ledger: Ledger;
  /** By name. */
  readonly sinks: readonly SinkFare[];
  readonly lastAside: AsideRecord | undefined;
  /** Those that were asked for, the oldest first. */
  readonly fired: readonly FiredRecord[];
  /** The rules that alerters at work judge by: the newest word of each. More than one, and alerts are lost. */
  readonly rulesAt: (nowMs: number) => readonly RulesRecord[];
  /** What the newest alert about something open says. */
  readonly titleOf: (seq: number) => string;
}

const fareAfter = (before: SinkFare | undefined, record: SentRecord): SinkFare => {
  const { sink, atMs, sent } = record;
  if (sent.outcome !== "failed")
    return { sink, newest: record, sentMs: sent.outcome === "sent" ? atMs : before?.sentMs, failingMs: undefined };
  return { sink, newest: record, sentMs: before?.sentMs, failingMs: before?.failingMs ?? atMs };
};

/** `isWanted`: which alerts are to be listed, also those that are over. */
const gathering = (isWanted: (record: FiredRecord) => boolean) => {
  const fares = new Map<SinkName, SinkFare>();
  const titles = new Map<number, string>();
  const fired: FiredRecord[] = [];
  const rules = new Map<string, RulesRecord>();
  let lastAside: AsideRecord | undefined;
  const take = (record: AlertRecord): void => {
    if (record.kind === "sent") fares.set(record.sink, fareAfter(fares.get(record.sink), record));
    if (record.kind === "aside") lastAside = record;
    if (record.kind === "rules") rules.set(record.inUse.digest, record);
    if (record.kind !== "fired") return;
    titles.set(record.seq, record.alert.title);
    if (isWanted(record)) fired.push(record);
  };
  const of = (ledger: Ledger): Overview => ({
    ...{ ledger, lastAside, fired },
    sinks: [...fares.values()].toSorted((a, b) => (a.sink < b.sink ? -1 : 1)),
    rulesAt: (nowMs) => [...rules.values()].filter((one) => isAtWork(one, nowMs)),
    titleOf: (seq) => titles.get(seq) ?? "",
  });
  return { take, of };
};

export const readOverview = async (
  alerts: Pick<LogReader, "range" | "next">,
  isWanted: (record: FiredRecord) => boolean = () => false,
): Promise<Either<Failure, Overview>> => {
  const [ledger, gathered] = [ledgerOf(), gathering(isWanted)];
  const take = (record: AlertRecord): void => {
    ledger.take(record);
    gathered.take(record);
  };
  const read = await catchUp(alerts, { ...ledger, take });
  return isLeft(read) ? read : right(gathered.of(ledger));
};
