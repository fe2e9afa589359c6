/** Alerters on a log in memory, each with a ledger of its own, as two processes would have. */
import { right } from "fp-ts/lib/Either.js";
import { type Alert, logAge } from "../../lib/contract/alert.ts";
import type { AlertRules, Rule } from "../../lib/contract/alert-rules.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import type { Alerts, Stored } from "../../lib/router/ports.ts";
import type { FoundStream } from "../../lib/router/provisioner.ts";
import { readAlertRecord } from "../../streams/alerts/alert-record.ts";
import { currentLedger } from "../../streams/alerts/current-ledger.ts";
import type { FireEnv } from "../../streams/alerts/fire.ts";
import { noMeter } from "../../streams/alerts/no-meter.ts";
import { rolesFrom } from "../../streams/alerts/roles.ts";
import type { TickEnv } from "../../streams/alerts/tick.ts";
import { auditStream } from "../../streams/audit.ts";
import { ruleName, sinkName } from "./fixtures.ts";
import type { MemoryLog } from "./memory-bus.ts";

const phone = sinkName("phone");

export const rule = (name: string, when: Rule["when"], changes: Partial<Rule> = {}): Rule => ({
  name: ruleName(name),
  when,
  to: [phone],
  severity: "warning",
  recovery: true,
  groupWaitMs: 300_000,
  ...changes,
});

export const rulesOf = (...rules: readonly Rule[]): AlertRules => ({
  rules,
  sinks: [{ name: phone, type: "prometheus" }],
});

/** What writes into that stream, with a ledger of its own. */
export const fireEnv = (alerts: Alerts, now: () => number): FireEnv => ({
  ...{ alerts, logAge: logAge(0), now, meter: noMeter },
  ledger: currentLedger(alerts),
});

export const stream = (changes: Partial<FoundStream> = {}): FoundStream => ({
  settings: auditStream({ replicas: 1, maxBytes: 100_000_000 }),
  usedBytes: 1_000,
  records: 1,
  madeMs: 0,
  firstAtMs: undefined,
  ...changes,
});

export type TickBus = Pick<AlerterBus, "log" | "alerts" | "roster" | "presences" | "logStream">;

export const memoryTickBus = (log: MemoryLog, found: () => FoundStream = stream): TickBus => ({
  ...log.bus(),
  logStream: () => async () => right(found()),
});

export const tickEnv = (bus: TickBus, rules: AlertRules, now: () => number): TickEnv => ({
  ...fireEnv(bus.alerts, now),
  ...{ bus, rules, settleMs: 0 },
  roles: rolesFrom(bus),
});

/** What people were told, in order. */
export const alertsIn = (records: readonly Stored[]): readonly Alert[] =>
  records.map(readAlertRecord).flatMap((record) => (record.kind === "fired" ? [record.alert] : []));

/** `stuck firing prod/web1 prod/web2` */
export const toldIn = (records: readonly Stored[]): readonly string[] =>
  alertsIn(records).map(({ rule: name, kind, hosts }) => [name, kind, ...hosts].join(" "));
