/**
 * The stream of alerts and its consumers, as data. It forgets what is old, because it is no audit trail: the log is. Nothing that
 * a consumer hands over is ever given up: it comes again until somebody settled it, however long a sink is away.
 */

import { firedFilter } from "../../lib/contract/alert-subjects.ts";
import {
  advisoryDurable,
  alertStream,
  alertSubjects,
  logSubjects,
  serviceDurables,
  sinkDurable,
  undeliverable,
} from "../../lib/contract/log-names.ts";
import type { SinkName } from "../../lib/contract/names.ts";
import type { ConsumerSettings, StreamSettings } from "../../lib/router/provisioner.ts";

const dayMs = 86_400_000;
const none = -1;

export const alertSettings = ({ replicas }: Pick<StreamSettings, "replicas">): StreamSettings => ({
  name: alertStream,
  subjects: [...alertSubjects, undeliverable],
  storage: "file",
  retention: "limits",
  discard: "old",
  replicas,
  // Some hundred thousand alerts of a host each.
  maxBytes: 256 * 1024 * 1024,
  maxRecords: none,
  maxRecordsPerSubject: none,
  maxAgeMs: 90 * dayMs,
  maxRecordBytes: 256 * 1024,
  duplicateWindowMs: 3_600_000,
  denyDelete: true,
  denyPurge: true,
  allowDirect: true,
  source: [],
  extras: [],
});

const consumer = (
  name: string,
  filters: readonly string[],
  { ackWaitMs, maxAckPending }: Pick<ConsumerSettings, "ackWaitMs" | "maxAckPending">,
): ConsumerSettings => ({
  ...{ name, filters, ackWaitMs, maxAckPending },
  deliver: "new",
  acknowledge: "explicit",
  maxDeliver: none,
  replicas: 0,
  extras: [],
});

/** Every record of the log, also the odd ones. Those of a rollout that is still going on wait unsettled. */
export const alerterConsumer: ConsumerSettings = consumer(serviceDurables.alerter, logSubjects, {
  ackWaitMs: 30_000,
  maxAckPending: 5_000,
});

/** One at a time and in order, whoever takes it: a sink that cannot tell a repetition may see one alert twice, and no more. */
const sinkConsumer = (sink: SinkName): ConsumerSettings =>
  consumer(sinkDurable(sink), [firedFilter], { ackWaitMs: 60_000, maxAckPending: 1 });

const advisoryConsumer: ConsumerSettings = consumer(advisoryDurable, [undeliverable], {
  ackWaitMs: 30_000,
  maxAckPending: 16,
});

/** Of the stream of alerts, for these sinks. */
export const alertConsumers = (sinks: readonly SinkName[]): readonly ConsumerSettings[] => [
  advisoryConsumer,
  ...sinks.map(sinkConsumer),
];
