/** `hd alerts list` for people: what is open, how the sinks fare, what is silenced, and what could not be read. */
import { partsOfPlace } from "../../../lib/contract/alert.ts";
import type { FiredRecord, SilenceRecord } from "../../../streams/alerts/alert-record.ts";
import type { Open } from "../../../streams/alerts/ledger.ts";
import { oneLine } from "../../../streams/alerts/message.ts";
import type { Overview, SinkFare } from "../../../streams/alerts/overview.ts";
import { plural } from "../../../streams/plural.ts";
import { age, timestamp } from "../../print/age.ts";
import { names } from "../../print/names.ts";
import type { Paint } from "../../print/paint.ts";
import { table } from "../../print/table.ts";
import type { Shown } from "../known.ts";

export interface ListTextOptions {
  readonly paint: Paint;
  readonly width: number | undefined;
  readonly nowMs: number;
}

/** What others wrote must fit into a line, and nothing in it may drive a terminal. */
const said = (text: string): string => oneLine(text, 300);

const stateOf = ({ rule, place, acked }: Open, { ledger }: Overview, { paint, nowMs }: ListTextOptions): string => {
  const silencer = ledger.silencedBy(rule, partsOfPlace(place).host, nowMs);
  if (silencer !== undefined) return `silenced by ${silencer}`;
  return acked === undefined ? paint.red("open") : paint.yellow(`acked by ${acked.by}`);
};

const openTable = (overview: Overview, options: ListTextOptions): string => {
  const open = overview.ledger.allOpen();
  if (open.length === 0) return "no alert is open\n";
  const rows = open.map((one) => [
    String(one.seq),
    one.rule,
    one.place,
    age(one.sinceMs, options.nowMs),
    String(one.count),
    stateOf(one, overview, options),
    said(overview.titleOf(one.seq)),
  ]);
  return table(["ALERT", "RULE", "HOST", "SINCE", "TIMES", "STATE", "WHAT"], rows, options);
};

const toneOf = { sent: "green", failed: "red", refused: "yellow" } as const;

/** What to do about it is in what the sink answered. */
const trouble = ({ newest: { sent }, failingMs }: SinkFare, nowMs: number): string => {
  if (sent.outcome === "sent") return "";
  const { message = "it did not say why" } = sent;
  if (sent.outcome === "refused") return `alert ${sent.alert} was given up: ${said(message)}`;
  const again = sent.next_at === undefined ? "" : `; again at ${timestamp(Date.parse(sent.next_at))}`;
  const since = failingMs === undefined ? "" : ` since ${age(failingMs, nowMs)}`;
  return `fails${since}, ${plural(sent.attempt, "try").replace("trys", "tries")}: ${said(message).replace(/\.$/, "")}${again}`;
};

const sinkTable = ({ sinks }: Overview, options: ListTextOptions): string => {
  const { paint, nowMs } = options;
  const rows = sinks.map((fare) => [
    fare.sink,
    paint[toneOf[fare.newest.sent.outcome]](fare.newest.sent.outcome),
    fare.sentMs === undefined ? "never" : age(fare.sentMs, nowMs),
    trouble(fare, nowMs),
  ]);
  return rows.length === 0 ? "" : `\n${table(["SINK", "NEWEST", "LAST SENT", "TROUBLE"], rows, options)}`;
};

const silenceRow = ({ requester, silence: { rule, host, until, reason } }: SilenceRecord): readonly string[] => [
  rule ?? "every rule",
  host ?? "every host",
  requester,
  timestamp(Date.parse(until)),
  said(reason),
];

const silenceTable = ({ ledger }: Overview, options: ListTextOptions): string => {
  const rows = ledger.silences(options.nowMs).map(silenceRow);
  return rows.length === 0 ? "" : `\n${table(["SILENCED", "ON", "BY", "UNTIL", "REASON"], rows, options)}`;
};

const asideText = ({ ledger, lastAside }: Overview): string => {
  const { count } = ledger.aside();
  if (lastAside === undefined) return "";
  const { seq, reason } = lastAside.aside;
  return `\n${plural(count)} of the log ${count === 1 ? "was" : "were"} put aside; the last is ${seq}: ${said(reason)}\n`;
};

/** Told first, because what is below it may be wrong then. */
const rulesText = ({ rulesAt }: Overview, { paint, nowMs }: ListTextOptions): string => {
  const all = rulesAt(nowMs);
  if (all.length < 2) return "";
  const who = all.map(({ inUse: { by, started } }) => `${by} since ${timestamp(Date.parse(started))}`);
  const told = `Alerters at work have ${all.length} different sets of rules, so alerts are lost: ${names(who)}.`;
  return `${paint.red(told)}\nEnd all of them, give them the same rules, and start them again.\n\n`;
};

const alerterText = ({ alerter }: Shown): string => {
  if (alerter === undefined || (alerter.present && alerter.pending === 0)) return "";
  const waiting = `${plural(alerter.pending)} of the log ${alerter.pending === 1 ? "is" : "are"} not judged yet`;
  return `\n${alerter.present ? waiting : `no alerter is at work; ${waiting}`}\n`;
};

const toldTo = ({ alert: { to, silenced_by, acked_by, kind } }: FiredRecord): string => {
  if (to.length > 0) return to.join(", ");
  if (silenced_by !== undefined) return `nobody: silenced by ${silenced_by}`;
  return acked_by !== undefined && kind === "firing" ? `nobody: acked by ${acked_by}` : "nobody";
};

const firedRow = (record: FiredRecord, nowMs: number): readonly string[] => {
  const { seq, atMs, alert } = record;
  return [
    age(atMs, nowMs),
    String(seq),
    alert.rule,
    alert.kind,
    alert.severity,
    toldTo(record),
    `${said(alert.title)}${alert.hosts.length > 1 ? ` (${names(alert.hosts, 3)})` : ""}`,
  ];
};

const firedTable = ({ fired }: Overview, options: ListTextOptions): string => {
  const rows = fired.toReversed().map((record) => firedRow(record, options.nowMs));
  const head = ["WHEN", "ALERT", "RULE", "KIND", "SEVERITY", "TO", "WHAT"];
  return rows.length === 0 ? "\nno alert was written then\n" : `\n${table(head, rows, options)}`;
};

/** `isRecent`: also alerts that are over were asked for. */
export const listText = (overview: Shown, isRecent: boolean, options: ListTextOptions): string =>
  [
    rulesText(overview, options),
    openTable(overview, options),
    sinkTable(overview, options),
    silenceTable(overview, options),
    asideText(overview),
    alerterText(overview),
    ...(isRecent ? [firedTable(overview, options)] : []),
  ].join("");
