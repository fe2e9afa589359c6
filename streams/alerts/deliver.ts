/**
 * Brings alerts to one sink, one after the other. The stream of alerts says what became of the last try, and the delivery how many
 * there were; nothing else is kept. So whoever takes a sink on after a kill knows whether an alert was told, was not told, or may
 * have been: only in the last case a sink may get it twice, and is told so. An alert is acknowledged after its ending is
 * recorded, or when it cannot be recorded: people are rather not listed as told than told twice.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Sent } from "../../lib/contract/alert.ts";
import { sentSubject } from "../../lib/contract/alert-subjects.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import { plain } from "../../lib/contract/plain.ts";
import { instant, messageLength } from "../../lib/contract/values.ts";
import type { AlertMeter, Delivered, SinkPort } from "../../lib/router/alerting.ts";
import type { Alerts, Delivery, Logger, Work } from "../../lib/router/ports.ts";
import { type FiredRecord, readAlertRecord } from "./alert-record.ts";
import { messageOf } from "./message.ts";

export interface DeliverEnv {
  readonly sink: SinkPort;
  readonly alerts: Pick<Alerts, "append" | "last">;
  readonly meter: Pick<AlertMeter, "delivered">;
  readonly logger: Pick<Logger, "info" | "warn">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const [firstDelayMs, longestDelayMs] = [1_000, 15 * 60_000];

/** Twice as long after each try. */
const delayAfter = (attempt: number): number => Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 30));

/** What is known of the tries before this one. `unknown`: the last one left no word, or the sink left us in doubt. */
type Before = "none" | "ended" | "failed" | "unknown";

const beforeOf = (sent: Sent | undefined, seq: number, attempt: number): Before => {
  if (sent?.alert !== seq) return "unknown";
  if (sent.outcome !== "failed") return "ended";
  return sent.attempt === attempt - 1 && sent.perhaps === undefined ? "failed" : "unknown";
};

/** `undefined`: the stream does not answer. */
const triedBefore = async (env: DeliverEnv, { seq, attempt }: Delivery): Promise<Before | undefined> => {
  if (attempt === 1) return "none";
  const last = await env.alerts.last(sentSubject(env.sink.name))();
  if (isLeft(last)) return undefined;
  const record = last.right && readAlertRecord(last.right);
  return beforeOf(record?.kind === "sent" ? record.sent : undefined, seq, attempt);
};

const sentOf = ({ seq, attempt }: Delivery, delivered: Delivered, nowMs: number, delayMs: number): Sent => ({
  ...{ alert: seq, outcome: delivered.outcome, attempt },
  ...(delivered.message === undefined ? {} : { message: plain(delivered.message, messageLength) }),
  ...(delivered.outcome === "failed" && {
    ...(delivered.perhaps === true && { perhaps: "yes" as const }),
    next_at: instant(nowMs + delayMs),
  }),
  at: instant(nowMs),
});

const record = async ({ sink, alerts, logger }: DeliverEnv, { seq, attempt }: Delivery, sent: Sent): Promise<void> => {
  const appended = await alerts.append({
    subject: sentSubject(sink.name),
    body: JSON.stringify(sent),
    msgId: `sent:${sink.name}:${seq}:${attempt}`,
  })();
  if (isLeft(appended)) {
    const { message } = appended.left;
    logger.warn(
      { sink: sink.name, alert: seq, outcome: sent.outcome },
      `What became of an alert is not recorded: ${message}`,
    );
  }
};

/** Only what can be a header; the place in the stream is as good a name. */
const idOf = ({ msgId, seq }: Delivery): string =>
  msgId !== undefined && /^[\x21-\x7e]{1,200}$/.test(msgId) ? msgId : `alert:${seq}`;

const told = ({ logger, sink, meter }: DeliverEnv, { seq, attempt }: Delivery, delivered: Delivered): void => {
  const { outcome, message } = delivered;
  meter.delivered(sink.name, outcome);
  const level = outcome === "sent" ? "info" : "warn";
  logger[level]({ sink: sink.name, alert: seq, attempt, outcome }, message ?? "An alert was sent.");
};

const send = async (
  env: DeliverEnv,
  delivery: Delivery,
  fired: FiredRecord,
  perhapsAgain: boolean,
): Promise<Delivered> => {
  const message = messageOf(fired.alert, env.now());
  const outgoing = { id: idOf(delivery), seq: fired.seq, alert: fired.alert, message, perhapsAgain };
  const delivered = await env.sink.send(outgoing);
  // A doubt about an earlier try outlives later ones that surely failed.
  return delivered.outcome === "failed" && perhapsAgain ? { ...delivered, perhaps: true } : delivered;
};

/** True: it has ended, whether people were told or the sink will never take it. */
const attempted = async (env: DeliverEnv, delivery: Delivery, fired: FiredRecord, before: Before): Promise<boolean> => {
  const delivered = await send(env, delivery, fired, before === "unknown");
  told(env, delivery, delivered);
  const isOver = delivered.outcome !== "failed";
  const delayMs = isOver ? 0 : Math.max(delayAfter(delivery.attempt), delivered.afterMs ?? 0);
  await record(env, delivery, sentOf(delivery, delivered, env.now(), delayMs));
  if (isOver) await delivery.ack();
  else delivery.later(delayMs);
  return isOver;
};

/** Whether the alert has ended here. */
const takeOne = async (env: DeliverEnv, delivery: Delivery, fired: FiredRecord): Promise<boolean> => {
  const before = await triedBefore(env, delivery);
  if (before === undefined) {
    delivery.later(delayAfter(delivery.attempt));
    return false;
  }
  if (before !== "ended") return attempted(env, delivery, fired, before);
  await delivery.ack();
  return true;
};

const deliveryTo = (env: DeliverEnv) => {
  /** The last one that ended here: its acknowledgement may be lost, and the record of it, too. */
  let ended: Pick<Delivery, "seq" | "msgId"> | undefined;
  const isEnded = ({ seq, msgId, attempt }: Delivery): boolean =>
    attempt > 1 && ended?.seq === seq && ended.msgId === msgId;

  return async (delivery: Delivery): Promise<void> => {
    const fired = readAlertRecord(delivery);
    if (fired.kind !== "fired") {
      env.logger.warn(
        { sink: env.sink.name, alert: delivery.seq },
        "A record among the alerts is none, and was passed over.",
      );
      return delivery.ack();
    }
    if (!fired.alert.to.includes(env.sink.name) || isEnded(delivery)) return delivery.ack();
    if (await takeOne(env, delivery, fired)) ended = delivery;
  };
};

export interface Delivering {
  readonly start: () => TaskEither<Failure, void>;
  /** Resolves when nothing is on its way any more. */
  readonly stop: () => Promise<void>;
}

/** The worker of one sink, on the alerts that wait for it. */
export const deliver = (work: Work, env: DeliverEnv): Delivering => {
  const take = deliveryTo(env);
  const going = new Set<Promise<void>>();
  const onDelivery = (delivery: Delivery): void => {
    const one = take(delivery).catch((thrown: unknown) => {
      env.logger.warn({ sink: env.sink.name, alert: delivery.seq, thrown }, "Sending an alert broke.");
    });
    going.add(one);
    void one.finally(() => going.delete(one));
  };
  return {
    start: () => work.start(onDelivery),
    stop: async () => {
      await work.stop();
      await Promise.all(going);
    },
  };
};
