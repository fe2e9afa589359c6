/**
 * A host's place in the log, as data: one durable pull consumer, which is its live path and its queue while it is away. It
 * begins with the first request after the host was enrolled, never with what was asked of others before.
 */
import { type Address, requestFilters } from "../lib/contract/address.ts";
import { hostDurable } from "../lib/contract/log-names.ts";
import type { HostName } from "../lib/contract/names.ts";
import type { ConsumerSettings } from "../lib/router/provisioner.ts";
import { compare } from "./compare.ts";

const ackWaitMs = 30_000;

/** With a delay that grows to half a minute this is an hour of trouble, the default life of a request. */
const maxDeliver = 120;

/** Handed over or postponed, and not settled. */
const maxAckPending = 256;

export const hostConsumer = (hostname: HostName, addresses: readonly Address[]): ConsumerSettings => ({
  name: hostDurable(hostname),
  filters: addresses.flatMap(requestFilters),
  deliver: "new",
  acknowledge: "explicit",
  ackWaitMs,
  maxDeliver,
  maxAckPending,
  replicas: 0,
  extras: [],
});

/** For a listener at its start: what of its place differs, each as a clause. What it serves it knows better itself. */
export const placeDifferences =
  (hostname: HostName, addresses: readonly Address[]) =>
  (found: ConsumerSettings): readonly string[] =>
    compare(hostConsumer(hostname, addresses), found)
      .filter(({ setting }) => setting !== "filters")
      .map(({ setting, want, have }) => `${setting} is ${have} instead of ${want}`);
