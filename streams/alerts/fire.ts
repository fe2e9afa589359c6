/**
 * Writes an alert into the stream of alerts, once. Its subject names the rule and a key for what it is about; the next on the
 * same subject has to know the last one, and the server refuses whoever does not. So what was told of a thing is always the newest
 * alert on its subject, whoever wrote it and whenever it was killed. A key ends in the age of the log, whose sequences begin anew when
 * it is made anew. Keys are `s<sequence>` for one record, `r<request's sequence>`
 * for those of a rollout, `ok<sequence>` for recoveries by either, `times` for so many within a time, and `absent` for what a rule misses.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { Alert, type LogAge, type Place, partsOfPlace } from "../../lib/contract/alert.ts";
import type { Rule } from "../../lib/contract/alert-rules.ts";
import { firedSubject } from "../../lib/contract/alert-subjects.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Requester, SinkName } from "../../lib/contract/names.ts";
import { instant } from "../../lib/contract/values.ts";
import type { AlertMeter } from "../../lib/router/alerting.ts";
import type { Alerts } from "../../lib/router/ports.ts";
import { type FiredRecord, readAlertRecord } from "./alert-record.ts";
import { type Ledger, placesIn } from "./ledger.ts";

export interface FireEnv {
  readonly alerts: Alerts;
  /** The log that is told of. */
  readonly logAge: LogAge;
  /** Brings the ledger up to the end of the stream, and gives it. */
  readonly ledger: () => Promise<Either<Failure, Ledger>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly meter: AlertMeter;
}

/** What an alert is about; the rest follows from its rule and what was told before. */
export type Draft = Pick<Alert, "kind" | "title" | "hosts" | "details" | "about" | "as_of">;

/**
 * Of a rule, what goes into its alerts. One without sinks is recorded, and nobody is told. What never recovers tells of a
 * moment, and is open nowhere.
 */
export type Telling = Pick<Rule, "name" | "severity" | "recovery"> & { readonly to: readonly SinkName[] };

/** The newest alert of a rule about a thing. */
export const lastFired =
  (
    env: Pick<FireEnv, "alerts" | "logAge">,
    rule: Pick<Rule, "name">,
    key: string,
  ): TaskEither<Failure, FiredRecord | undefined> =>
  async () => {
    const last = await env.alerts.last(firedSubject(rule.name, key, env.logAge))();
    if (isLeft(last)) return last;
    const record = last.right && readAlertRecord(last.right);
    return right(record?.kind === "fired" ? record : undefined);
  };

/** Who keeps people from being told: of all its hosts, for one that is left is told. */
const quietedBy = (places: readonly Place[], by: (place: Place) => Requester | undefined): Requester | undefined => {
  const all = places.map(by);
  return all.every((one) => one !== undefined) ? all[0] : undefined;
};

const whom = (ledger: Ledger, { name, to }: Telling, draft: Draft, nowMs: number) => {
  const hosts = placesIn(draft);
  const silenced = quietedBy(hosts, (place) => ledger.silencedBy(name, partsOfPlace(place).host, nowMs));
  if (silenced !== undefined) return { to: [], silenced_by: silenced };
  const acked = quietedBy(hosts, (place) => ledger.open(name, place)?.acked?.by);
  if (acked === undefined) return { to };
  // Who took it on is told that it is over.
  return draft.kind === "resolved" ? { to, acked_by: acked } : { to: [], acked_by: acked };
};

/** Its sequence. `undefined`: something was told of it in between, so what there is to tell has to be asked again. */
export const fire =
  (
    env: FireEnv,
    rule: Telling,
    { key, last, draft }: { readonly key: string; readonly last: FiredRecord | undefined; readonly draft: Draft },
  ): TaskEither<Failure, number | undefined> =>
  async () => {
    const ledger = await env.ledger();
    if (isLeft(ledger)) return ledger;
    const [nowMs, part] = [env.now(), (last?.alert.part ?? 0) + 1];
    const { name, severity, recovery: stands } = rule;
    const alert: Alert = {
      ...{ rule: name, severity, stands, part, at: instant(nowMs), log: env.logAge },
      ...draft,
      ...whom(ledger.right, rule, draft, nowMs),
    };
    // Else nobody could read it: neither a sink nor who asks what was told.
    const fits = Alert.strict(alert);
    if (isLeft(fits))
      return left(
        failure("internal", `An alert of the rule ${name} is none that hd can read: ${fits.left.join("; ")}`),
      );
    const appended = await env.alerts.append({
      subject: firedSubject(name, key, env.logAge),
      body: JSON.stringify(alert),
      msgId: `alert:${name}:${key}:${env.logAge}:${part}`,
      after: last?.seq ?? 0,
    })();
    if (!isLeft(appended) && appended.right !== undefined) env.meter.fired(alert);
    return appended;
  };
