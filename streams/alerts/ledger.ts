/**
 * What is known of alerts at a place in their stream: which are open on which host, what is silenced, and how each sink fares.
 * It is folded from the stream and kept nowhere else, so that an alerter that was killed knows as much as before, and two that
 * share the work know the same. What is over is forgotten: its size is that of the fleet, not of the past.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { type Alert, type Detail, type LogAge, nowhere, type Place, placeOf } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName, Requester, RuleName, SinkName } from "../../lib/contract/names.ts";
import type { LogReader, Stored } from "../../lib/router/ports.ts";
import {
  type AckRecord,
  type AlertRecord,
  type FiredRecord,
  readAlertRecord,
  type SentRecord,
  type SilenceRecord,
} from "./alert-record.ts";

export interface Open {
  readonly rule: RuleName;
  readonly place: Place;
  /** The newest alert of the rule on the host: its sequence in the stream. */
  readonly seq: number;
  /** Since when, by the first alert that nothing has closed. */
  readonly sinceMs: number;
  /** How many there were. */
  readonly count: number;
  /** The last record of the log that any of them takes into account: only what came later can close it. */
  readonly asOf: number;
  /** All of them are about trials. */
  readonly isTrial: boolean;
  readonly acked?: { readonly by: Requester; readonly atMs: number } | undefined;
}

export interface Ledger {
  /** The last record that it knows. */
  readonly upTo: () => number;
  /** When that was stored. */
  readonly upToMs: () => number;
  readonly open: (rule: RuleName, place: Place) => Open | undefined;
  readonly allOpen: () => readonly Open[];
  /** Who silenced it, of the silences that hold at that time. */
  readonly silencedBy: (rule: RuleName, host: HostName, nowMs: number) => Requester | undefined;
  readonly silences: (nowMs: number) => readonly SilenceRecord[];
  /** The newest try of each sink. */
  readonly sinks: () => ReadonlyMap<SinkName, SentRecord>;
  /** How many records of the log were put aside, and the last of them. */
  readonly aside: () => { readonly count: number; readonly lastSeq: number | undefined };
  /** Takes one more record of the stream; those it knows already change nothing. */
  readonly take: (record: AlertRecord) => void;
}

const keyOf = (rule: RuleName, place: Place): string => `${rule} ${place}`;

const covers = ({ silence }: SilenceRecord, rule: RuleName, host: string): boolean =>
  (silence.rule === undefined || silence.rule === rule) && (silence.host === undefined || silence.host === host);

const holds = ({ silence }: SilenceRecord, nowMs: number): boolean => Date.parse(silence.until) > nowMs;

/** One that is about no host is open all the same. */
export const placesIn = ({ hosts }: Pick<Alert, "hosts">): readonly Place[] => (hosts.length > 0 ? hosts : [nowhere]);

/** Whether an alert tells of that log; without one, of the newest that was told of. What is open of another can never be closed. */
const ofOneLog = (only: LogAge | undefined, forget: () => void): ((alert: Alert) => boolean) => {
  let current = only;
  return ({ log }) => {
    if (only !== undefined) return log === only;
    if (log !== current) forget();
    current = log;
    return true;
  };
};

/** Open alerts by rule and host: of one log, or of the newest that is told of. */
const openAlerts = (only: LogAge | undefined) => {
  const open = new Map<string, Open>();
  const opened = ({ seq, atMs, alert }: FiredRecord, place: Place): void => {
    const key = keyOf(alert.rule, place);
    const { sinceMs = atMs, count = 0, asOf = 0, isTrial = true, acked } = open.get(key) ?? {};
    open.set(key, {
      ...{ rule: alert.rule, place, seq, sinceMs, count: count + 1, acked },
      asOf: Math.max(asOf, alert.as_of),
      isTrial: isTrial && alert.about?.action === "dry-activate",
    });
  };
  /** A success closes nothing that came after it, even if it is told later. */
  const closed = (key: string, detail: Detail | undefined): void => {
    const successSeq = detail?.status === "completed" ? detail.seq : undefined;
    if (successSeq === undefined || (open.get(key)?.asOf ?? 0) < successSeq) open.delete(key);
  };
  const firedAt = (record: FiredRecord, place: Place, detail: Detail | undefined): void => {
    if (record.alert.kind === "resolved") closed(keyOf(record.alert.rule, place), detail);
    // What was told of the host before is closed by that success, like anything else.
    else if (detail?.recovered === undefined) opened(record, place);
  };
  const isOfThis = ofOneLog(only, () => open.clear());
  const fired = (record: FiredRecord): void => {
    const { stands, details } = record.alert;
    if (!isOfThis(record.alert) || !stands) return;
    const detailed = new Map(details.map((one) => [placeOf(one.tier, one.host), one]));
    for (const place of placesIn(record.alert)) firedAt(record, place, detailed.get(place));
  };
  /** Of all hosts that the alert is about. */
  const ack = ({ requester, atMs, ack: { alert } }: AckRecord): void => {
    for (const [key, one] of open) if (one.seq === alert) open.set(key, { ...one, acked: { by: requester, atMs } });
  };
  return { open, fired, ack };
};

/** The newest of whoever silenced the same; one that is over takes the older back. */
const silenceList = () => {
  const all = new Map<string, SilenceRecord>();
  const take = (record: SilenceRecord): void => {
    const { rule = "", host = "" } = record.silence;
    all.set(`${rule} ${host}`, record);
  };
  const held = (nowMs: number): readonly SilenceRecord[] => [...all.values()].filter((one) => holds(one, nowMs));
  return { take, held };
};

/** `only`: what is told of another log is not open. */
export const ledgerOf = (only?: LogAge): Ledger => {
  const { open, fired, ack } = openAlerts(only);
  const silences = silenceList();
  const sinks = new Map<SinkName, SentRecord>();
  let [upTo, upToMs, asideCount] = [0, 0, 0];
  let lastAside: number | undefined;

  const takeNew = (record: AlertRecord): void => {
    if (record.kind === "fired") fired(record);
    else if (record.kind === "ack") ack(record);
    else if (record.kind === "silence") silences.take(record);
    else if (record.kind === "sent") sinks.set(record.sink, record);
    else if (record.kind === "aside") [asideCount, lastAside] = [asideCount + 1, record.aside.seq];
  };

  return {
    upTo: () => upTo,
    upToMs: () => upToMs,
    open: (rule, place) => open.get(keyOf(rule, place)),
    allOpen: () => [...open.values()],
    silencedBy: (rule, host, nowMs) => silences.held(nowMs).find((one) => covers(one, rule, host))?.requester,
    silences: silences.held,
    sinks: () => sinks,
    aside: () => ({ count: asideCount, lastSeq: lastAside }),
    take: (record) => {
      if (record.seq <= upTo) return;
      [upTo, upToMs] = [record.seq, record.atMs];
      takeNew(record);
    },
  };
};

const pageSize = 1_000;
const filter = "hd.alert.>";

type Read = Pick<LogReader, "range" | "next">;

/** Whether the stream was made anew since: its oldest record is younger than the last that is known. A replica may only lag. */
const isAnother = async (
  alerts: Read,
  ledger: Ledger,
  first: Stored | undefined,
): Promise<Either<Failure, boolean>> => {
  const isKnown = first?.seq === ledger.upTo() && first.atMs === ledger.upToMs();
  if (isKnown || ledger.upTo() === 0) return right(false);
  const oldest = await alerts.next(1, filter)();
  return isLeft(oldest) ? oldest : right(oldest.right === undefined || oldest.right.atMs > ledger.upToMs());
};

type Page = Either<Failure, "more" | "same" | "another">;

const readPage = async (alerts: Read, ledger: Ledger): Promise<Page> => {
  const page = await alerts.range(Math.max(ledger.upTo(), 1), filter, pageSize)();
  if (isLeft(page)) return page;
  const another = await isAnother(alerts, ledger, page.right[0]);
  if (isLeft(another)) return another;
  if (another.right) return right("another");
  for (const stored of page.right) ledger.take(readAlertRecord(stored));
  return right(page.right.length < pageSize ? "same" : "more");
};

/** Reads what came since, to the end; the last that is known is read once more. Calls must not overlap. */
export const catchUp = async (alerts: Read, ledger: Ledger): Promise<Page> => {
  for (;;) {
    const read = await readPage(alerts, ledger);
    if (isLeft(read) || read.right !== "more") return read;
  }
};
