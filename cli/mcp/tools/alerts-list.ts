/** Alerts that are open, what is silenced, and which sinks do not take them: by the stream of alerts. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { Place, partsOfPlace } from "../../../lib/contract/alert.ts";
import { Severity } from "../../../lib/contract/alert-rules.ts";
import { choice, integer, list, prose } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Requester, RuleName, SinkName } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Args, type Decoded, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Instant, instant, RequestId, Sequence } from "../../../lib/contract/values.ts";
import type { Alerts } from "../../../lib/router/ports.ts";
import { readAlertRecord } from "../../../streams/alerts/alert-record.ts";
import { catchUp, type Ledger, ledgerOf, type Open } from "../../../streams/alerts/ledger.ts";
import { named, row } from "../line.ts";
import { pageArgs, pageFields, pageOfSlice, pageText } from "../paging.ts";
import { oneOf } from "../refuse.ts";
import { tool } from "../tool.ts";

const OpenAlert = struct("open alert", {
  alert: required(Sequence, "the newest alert of it: its sequence in the stream of alerts"),
  rule: required(RuleName, "the rule that it is by"),
  place: required(Place, "the host"),
  since: required(Instant, "since when it is open"),
  count: required(Sequence, "how many alerts there were"),
  acked_by: optional(Requester, "who has taken it on"),
  silenced_by: optional(Requester, "who silenced it"),
  severity: optional(Severity, "how grave it is"),
  title: optional(prose("Title", 200), "what happened, in one line"),
  id: optional(RequestId, "the request that it is about: see deployment_get"),
});
type OpenAlert = Decoded<typeof OpenAlert.fields>;

const Silence = struct("silence that holds", {
  by: required(Requester, "whose it is"),
  rule: optional(RuleName, "of this rule; left out: of every rule"),
  host: optional(HostName, "about this host; left out: about any"),
  until: required(Instant, "when it ends"),
  reason: required(prose("SilenceReason", 300), "why"),
});

const Sink = struct("sink that does not take alerts", {
  sink: required(SinkName, "its name"),
  outcome: required(choice("SinkOutcome", ["failed", "refused"]), "failed is tried again, refused is not"),
  at: required(Instant, "when it was tried last"),
  message: optional(prose("SinkMessage", 300), "why not"),
});

const Output = struct("answer of alerts_list", {
  alerts: required(list(object(OpenAlert), 200), "those that are open, the newest first"),
  ...pageFields,
  silences: required(list(object(Silence), 50), "silences that hold"),
  failing_sinks: required(list(object(Sink), 64), "ways to people that did not take the newest alert"),
  put_aside: required(integer("PutAside", 0, Number.MAX_SAFE_INTEGER), "records of the log that could not be read"),
});
type Output = Args<typeof Output.fields>;

/** Without what stands in the alert itself. */
const openAlert = (ledger: Ledger, { rule, place, seq, sinceMs, count, acked }: Open, nowMs: number): OpenAlert => {
  return known({
    ...{ alert: seq, rule, place, since: instant(sinceMs), count, acked_by: acked?.by },
    silenced_by: ledger.silencedBy(rule, partsOfPlace(place).host, nowMs),
  });
};

/** One that cannot be read is told by what is known without it. */
const withAlert = async (alerts: Pick<Alerts, "next">, open: OpenAlert): Promise<OpenAlert> => {
  const stored = await alerts.next(open.alert, "hd.alert.fired.>")();
  const record = isLeft(stored) || stored.right?.seq !== open.alert ? undefined : readAlertRecord(stored.right);
  if (record?.kind !== "fired") return open;
  const { severity, title, about } = record.alert;
  return known({ ...open, severity, title, id: about?.id });
};

const silencesOf = (ledger: Ledger, nowMs: number): Output["silences"] =>
  ledger
    .silences(nowMs)
    .slice(0, 50)
    .map(({ requester, silence: { rule, host, until, reason } }) =>
      known({ by: requester, rule, host, until, reason: plain(reason, 300) }),
    );

const sinksOf = (ledger: Ledger): Output["failing_sinks"] =>
  [...ledger.sinks()].slice(0, 64).flatMap(
    ([
      sink,
      {
        sent: { outcome, message, at },
      },
    ]) => (outcome === "sent" ? [] : [known({ sink, outcome, at, message: message && plain(message, 300) })]),
  );

const openText = ({ place, rule, since, title = "", ...rest }: OpenAlert): string =>
  row(place, rule, `since ${since}`, title, named(rest));

export const alertsList = tool({
  name: "alerts_list",
  title: "List open alerts",
  description:
    "What people were told of and is not over: open alerts by rule and host, who has taken them on, what is silenced, and sinks that fail.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("arguments of alerts_list", {
    host: optional(HostName, "only about this host"),
    rule: optional(RuleName, "only by this rule"),
    ...pageArgs(20, 200),
  }),
  output: Output,
  run:
    ({ host, rule, ...page }, { identity: { bus }, now }) =>
    async () => {
      const ledger = ledgerOf();
      const read = await catchUp(bus.alerts, ledger);
      if (isLeft(read)) return read;
      const nowMs = now();
      const all = [...ledger.allOpen()].sort((a, b) => b.seq - a.seq);
      const wrong =
        all.length === 0
          ? undefined
          : oneOf(
              "rule with an open alert",
              rule,
              all.map((one) => one.rule),
            );
      if (wrong !== undefined) return left(wrong);
      const meant = all
        .filter((one) => rule === undefined || one.rule === rule)
        .filter((one) => host === undefined || one.place.endsWith(`/${host}`));
      const slice = meant.slice(page.offset, page.offset + page.limit);
      const told = await Promise.all(slice.map((one) => withAlert(bus.alerts, openAlert(ledger, one, nowMs))));
      const { rows: alerts, ...rest } = pageOfSlice(told, { total: meant.length, offset: page.offset }, openText);
      const [silences, failing_sinks] = [silencesOf(ledger, nowMs), sinksOf(ledger)];
      return right({ alerts, ...rest, silences, failing_sinks, put_aside: ledger.aside().count });
    },
  text: ({ alerts, silences, failing_sinks, put_aside, ...page }) =>
    [
      ...alerts.map(openText),
      pageText("alerts_list", page, alerts.length),
      ...silences.map((one) => `silence: ${row(named(one))}`),
      ...failing_sinks.map((one) => `failing: ${row(named(one))}`),
      ...(put_aside === 0 ? [] : [`${put_aside} records of the log could not be read`]),
    ].join("\n"),
});
