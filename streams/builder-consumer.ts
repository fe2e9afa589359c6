/**
 * The place in the log that all builders share, as data. One request is handed over at a time, whoever takes it: a builder
 * keeps no list of its own, and tells from the order of requests which of them it has ended. It is never given up: what a
 * builder was killed over comes again.
 */
import { buildRequests } from "../lib/contract/build-address.ts";
import { serviceDurables } from "../lib/contract/log-names.ts";
import type { ConsumerSettings } from "../lib/router/provisioner.ts";

export const builderConsumer: ConsumerSettings = {
  name: serviceDurables.builder,
  filters: [buildRequests],
  deliver: "new",
  acknowledge: "explicit",
  // Whoever works says so more often.
  ackWaitMs: 60_000,
  maxDeliver: -1,
  maxAckPending: 1,
  replicas: 0,
  extras: [],
};
