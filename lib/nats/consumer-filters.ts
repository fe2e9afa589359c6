/** The subjects a consumer is filtered by. A server keeps one filter in another field than several. */
import type { ConsumerConfig } from "@nats-io/jetstream";

export const filtersOf = ({ filter_subject, filter_subjects }: ConsumerConfig): readonly string[] =>
  filter_subjects ?? (filter_subject === undefined || filter_subject === "" ? [] : [filter_subject]);
