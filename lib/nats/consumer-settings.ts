/** A consumer's settings, to and from the words of JetStream's API. */
import type { ConsumerConfig, ConsumerInfo } from "@nats-io/jetstream";
import { millis, nanos } from "nats";
import type { ConsumerSettings } from "../router/provisioner.ts";
import { filtersOf } from "./consumer-filters.ts";
import { extrasOf } from "./stream-settings.ts";

type Sent = Pick<
  ConsumerConfig,
  | "durable_name"
  | "deliver_policy"
  | "ack_policy"
  | "ack_wait"
  | "max_deliver"
  | "max_ack_pending"
  | "filter_subjects"
  | "num_replicas"
>;

/** Each keeps requests from a pull consumer, or forgets how far it came. */
const suspects: readonly string[] = [
  "backoff",
  "deliver_subject",
  "headers_only",
  "inactive_threshold",
  "max_batch",
  "max_bytes",
  "max_expires",
  "mem_storage",
  "pause_until",
  "priority_groups",
  "rate_limit_bps",
];

export const toConsumerConfig = (settings: ConsumerSettings): Sent => ({
  durable_name: settings.name,
  deliver_policy: settings.deliver as ConsumerConfig["deliver_policy"],
  ack_policy: settings.acknowledge as ConsumerConfig["ack_policy"],
  ack_wait: nanos(settings.ackWaitMs),
  max_deliver: settings.maxDeliver,
  max_ack_pending: settings.maxAckPending,
  filter_subjects: [...settings.filters],
  num_replicas: settings.replicas,
});

export const consumerSettingsOf = ({ name, config }: ConsumerInfo): ConsumerSettings => ({
  name,
  filters: filtersOf(config),
  deliver: config.deliver_policy,
  acknowledge: config.ack_policy,
  ackWaitMs: millis(config.ack_wait ?? 0),
  maxDeliver: config.max_deliver ?? -1,
  maxAckPending: config.max_ack_pending ?? -1,
  replicas: config.num_replicas ?? 0,
  extras: extrasOf(config, suspects),
});
