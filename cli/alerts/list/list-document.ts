/** `hd alerts list` for programs, in the names of the wire. */
import { partsOfPlace } from "../../../lib/contract/alert.ts";
import type { FiredRecord, RulesRecord, SilenceRecord } from "../../../streams/alerts/alert-record.ts";
import type { Open } from "../../../streams/alerts/ledger.ts";
import type { Overview, SinkFare } from "../../../streams/alerts/overview.ts";
import type { Output } from "../../env.ts";
import { documentOf, line, whole } from "../../print/json.ts";
import type { Shown } from "../known.ts";

const moment = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString();

const openDocument = (
  { seq, rule, place, sinceMs, count, acked }: Open,
  { ledger, titleOf }: Overview,
  nowMs: number,
) =>
  whole({
    ...{ alert: seq, rule, place, since: moment(sinceMs), count, title: titleOf(seq) },
    ...{ acked_by: acked?.by, silenced_by: ledger.silencedBy(rule, partsOfPlace(place).host, nowMs) },
  });

const sinkDocument = ({ sink, newest: { sent }, sentMs, failingMs }: SinkFare) =>
  whole({
    ...{ sink, outcome: sent.outcome, alert: sent.alert, attempt: sent.attempt, message: sent.message },
    ...{ next_at: sent.next_at, last_sent: moment(sentMs), failing_since: moment(failingMs) },
  });

const silenceDocument = ({ requester, silence: { rule, host, until, reason } }: SilenceRecord) =>
  whole({ rule, host, by: requester, until, reason });

const rulesDocument = ({ inUse: { digest, by, version, started } }: RulesRecord) =>
  whole({ digest, by, version, started });

const firedDocument = ({ seq, atMs, alert }: FiredRecord) => ({ seq, stored_at: moment(atMs), ...alert });

/** `alerts` are those that were asked for besides what is open. */
const listsOf = (overview: Overview, isRecent: boolean, nowMs: number) => ({
  open: overview.ledger.allOpen().map((one) => openDocument(one, overview, nowMs)),
  sinks: overview.sinks.map(sinkDocument),
  silences: overview.ledger.silences(nowMs).map(silenceDocument),
  rules: overview.rulesAt(nowMs).map(rulesDocument),
  ...(isRecent ? { alerts: overview.fired.map(firedDocument) } : {}),
});

const asideDocument = ({ ledger, lastAside }: Overview) =>
  whole({ count: ledger.aside().count, last_seq: lastAside?.aside.seq, reason: lastAside?.aside.reason });

const kind = "Alerts";

const types = { open: "open", sinks: "sink", silences: "silence", rules: "rules", alerts: "alert" } as const;

export interface DocumentOptions {
  readonly isRecent: boolean;
  readonly nowMs: number;
}

export const writeAlerts = (
  stdout: Output,
  form: "json" | "ndjson",
  overview: Shown,
  { isRecent, nowMs }: DocumentOptions,
): void => {
  const [lists, aside] = [listsOf(overview, isRecent, nowMs), asideDocument(overview)];
  const alerter = overview.alerter ?? null;
  if (form === "json") {
    stdout.write(documentOf(kind, { ...lists, aside, alerter }));
    return;
  }
  const lines = Object.entries(lists).flatMap(([key, items]) =>
    items.map((item) => line({ type: types[key as keyof typeof types], ...item })),
  );
  stdout.write(
    [...lines, line({ type: "result", apiVersion: "hd/v1", kind, count: lines.length, aside, alerter })].join(""),
  );
};
