/**
 * What is known of alerts at a place in their stream: which are open on which host, what is silenced, and how each sink fares.
 * It is folded from the stream and kept nowhere else, so that an alerter that was killed knows as much as before, and two that
 * share the work know the same. What is over is forgotten: its size is that of the fleet, not of the past.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Place } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName, Requester, RuleName, SinkName } from "../../lib/contract/names.ts";
import type { LogReader } from "../../lib/router/ports.ts";
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

/** Open alerts by rule and host. */
const openAlerts = () => {
  const open = new Map<string, Open>();
  const fired = ({ seq, atMs, alert }: FiredRecord): void => {
    const recovered = new Set(
      alert.details.filter((one) => one.recovered !== undefined).map(({ tier, host }) => `${tier}/${host}`),
    );
    for (const place of alert.hosts) {
      const key = keyOf(alert.rule, place);
      if (alert.kind === "resolved" || recovered.has(place)) {
        open.delete(key);
        continue;
      }
      const known = open.get(key);
      const { sinceMs = atMs, count = 0, asOf = 0, isTrial = true, acked } = known ?? {};
      open.set(key, {
        ...{ rule: alert.rule, place, seq, sinceMs, count: count + 1, acked },
        asOf: Math.max(asOf, alert.as_of),
        isTrial: isTrial && alert.about?.action === "dry-activate",
      });
    }
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

export const ledgerOf = (): Ledger => {
  const { open, fired, ack } = openAlerts();
  const silences = silenceList();
  const sinks = new Map<SinkName, SentRecord>();
  let [upTo, asideCount] = [0, 0];
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
    open: (rule, place) => open.get(keyOf(rule, place)),
    allOpen: () => [...open.values()],
    silencedBy: (rule, host, nowMs) => silences.held(nowMs).find((one) => covers(one, rule, host))?.requester,
    silences: silences.held,
    sinks: () => sinks,
    aside: () => ({ count: asideCount, lastSeq: lastAside }),
    take: (record) => {
      if (record.seq <= upTo) return;
      upTo = record.seq;
      takeNew(record);
    },
  };
};

const pageSize = 1_000;

/** Reads what came since, to the end. Calls must not overlap. */
export const catchUp = async (alerts: Pick<LogReader, "range">, ledger: Ledger): Promise<Either<Failure, void>> => {
  for (;;) {
    const page = await alerts.range(ledger.upTo() + 1, "hd.alert.>", pageSize)();
    if (isLeft(page)) return page;
    for (const stored of page.right) ledger.take(readAlertRecord(stored));
    if (page.right.length < pageSize) return right(undefined);
  }
};
