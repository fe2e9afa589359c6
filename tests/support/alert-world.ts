/**
 * A log, the stream of alerts and a clock in memory, and the durable consumer that judges take records from: in no time, in any
 * order, with deliveries that nobody settles because who had them was killed.
 */
import { logAge } from "../../lib/contract/alert.ts";
import { type Rule, Severity } from "../../lib/contract/alert-rules.ts";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { RuleName, SinkName } from "../../lib/contract/names.ts";
import type { Delivery, Stored } from "../../lib/router/ports.ts";
import { type FiredRecord, readAlertRecord } from "../../streams/alerts/alert-record.ts";
import { currentLedger } from "../../streams/alerts/current-ledger.ts";
import { judging } from "../../streams/alerts/judge.ts";
import type { JudgeEnv } from "../../streams/alerts/judge-env.ts";
import { noMeter } from "../../streams/alerts/no-meter.ts";
import { rightOf } from "./either.ts";
import { fit, keepingLogger, noonMs } from "./fixtures.ts";
import { memoryLog } from "./memory-bus.ts";

/** Of all failures, to a phone, if nothing else is said. */
export const rule = (
  name: string,
  { when, ...changes }: Partial<Omit<Rule, "when" | "name">> & { readonly when?: object } = {},
): Rule => ({
  name: fit(RuleName, name),
  when: { kind: "record", ...(when ?? { status: ["failed"] }) },
  to: [fit(SinkName, "phone")],
  severity: fit(Severity, "warning"),
  recovery: true,
  groupWaitMs: 300_000,
  ...changes,
});

export type Settled = "acked" | number | "refused";

export const alertWorld = () => {
  let nowMs = noonMs;
  const now = (): number => nowMs;
  const memory = memoryLog({ now });
  const { log, alerts } = memory.bus();
  const counts = { aside: 0 };
  let appended = 0;

  const append = async (subject: string, body: string): Promise<number> => {
    appended += 1;
    return rightOf(await log.append({ subject, body, msgId: `m${appended}` })()).seq;
  };
  const logger = keepingLogger();

  const env = (rules: readonly Rule[], changes: Partial<JudgeEnv> = {}): JudgeEnv => ({
    ...{ log, logAge: logAge(0), alerts, now, rules, logger },
    ledger: currentLedger(alerts),
    rolesOf: () => [],
    meter: {
      ...noMeter,
      putAside: () => {
        counts.aside += 1;
      },
    },
    ...changes,
  });

  return {
    ...{
      log,
      alerts,
      env,
      logger,
      counts,
      append,
      now,
      records: memory.records,
      alertRecords: memory.alerts.records,
    },
    loseAlerts: memory.alerts.lose,
    pass: (ms: number): void => {
      nowMs += ms;
    },
    /** A request to a target such as `prod.web1`; its sequence. */
    ask: (target: string, body: object = { revision: "main" }): Promise<number> =>
      append(`hd.req.alice.${target}`, JSON.stringify(body)),
    /** A response of a host such as `prod.web1`; its sequence. */
    answer: (
      place: string,
      status: DeployEvent["status"],
      fields: Partial<DeployEvent> | object = {},
    ): Promise<number> => {
      const hostname = place.split(".")[1];
      const event = { hostname, status, error: null, message: `${status} it`, ...fields };
      return append(`hd.res.${place}.${status}`, JSON.stringify(event));
    },
    /** All that was told, in its order. */
    told: (): readonly FiredRecord[] =>
      memory.alerts.records.map(readAlertRecord).filter((one) => one.kind === "fired"),
  };
};

export type AlertWorld = ReturnType<typeof alertWorld>;

/** A record as it is handed over, and what became of it. */
export const handed = (
  record: Stored,
  attempt = 1,
): { readonly delivery: Delivery; readonly settled: () => Settled | undefined } => {
  let settled: Settled | undefined;
  const settle = (how: Settled): void => {
    settled ??= how;
  };
  const delivery: Delivery = {
    ...record,
    attempt,
    pending: 0,
    ack: async () => settle("acked"),
    later: settle,
    working: () => undefined,
    refuse: () => settle("refused"),
  };
  return { delivery, settled: () => settled };
};

interface Waiting {
  readonly record: Stored;
  readonly attempt: number;
  readonly dueMs: number;
}

/** Hands every record to a judge until all are settled, in their order, with the clock going on when all wait. */
export const judgeAll = async (world: AlertWorld, env: JudgeEnv): Promise<void> => {
  const judge = judging(env);
  const handOver = async (one: Waiting): Promise<readonly Waiting[]> => {
    if (one.dueMs > world.now()) return [one];
    const attempt = one.attempt + 1;
    const { delivery, settled } = handed(one.record, attempt);
    await judge(delivery);
    const how = settled();
    return typeof how === "number" ? [{ ...one, attempt, dueMs: world.now() + how }] : [];
  };
  let open: readonly Waiting[] = world.records.map((record) => ({ record, attempt: 0, dueMs: 0 }));
  while (open.length > 0) {
    world.pass(Math.max(0, Math.min(...open.map(({ dueMs }) => dueMs)) - world.now()));
    const left: Waiting[] = [];
    for (const one of open) left.push(...(await handOver(one)));
    open = left;
  }
};
