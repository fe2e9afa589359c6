/**
 * The place in the log that all builders share, as data. One request is handed over at a time, whoever takes it: a builder
 * keeps no list of its own, and tells from the order of requests which of them it has ended. It is never given up: what a
 * builder was killed over comes again.
 */
import { buildRequests } from "../lib/contract/build-address.ts";
import { serviceDurables } from "../lib/contract/log-names.ts";
import type { PlaceDifferences } from "../lib/router/building.ts";
import type { ConsumerSettings } from "../lib/router/provisioner.ts";
import { compare } from "./compare.ts";

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

/** With another of these a builder would take a request that it has not ended for one that it has. */
const needed: readonly string[] = ["filters", "acknowledge", "maxAckPending", "extras"];

/** For a builder at its start. */
export const builderDifferences = (found: ConsumerSettings): PlaceDifferences => {
  const all = compare(builderConsumer, found);
  const clauses = (isNeeded: boolean): readonly string[] =>
    all
      .filter(({ setting }) => needed.includes(setting) === isNeeded)
      .map(({ setting, want, have }) => `${setting} is ${have} instead of ${want}`);
  return { wrong: clauses(true), odd: clauses(false) };
};
