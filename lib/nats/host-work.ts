/** A host's work: the requests that its place in the log hands over. */
import { hostDurable, logStream } from "../contract/log-names.ts";
import { objection } from "./delivery.ts";
import { findConsumer, type Place } from "./find-consumer.ts";
import { type Taking, workOf } from "./work.ts";

const inHand = 64;

/** Requests are taken in order: a deployment must not run because the freeze before it was read by nobody. */
export const hostWork = (place: Place): Taking => {
  const { link, host, addresses, notice } = place;
  const durable = hostDurable(host.hostname);
  const expected = { durable, addresses: new Set(addresses) };
  return workOf({
    ...{ link, notice, inHand, durable, stream: logStream },
    taker: host.hostname,
    called: "this host's place in the log",
    find: () => findConsumer(place),
    objection: (message) => objection(message, expected),
    inOrder: true,
  });
};
