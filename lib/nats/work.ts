/**
 * A host's work: the requests that its durable consumer hands over. Once started it goes on for ever, through lost
 * connections, elections and a consumer that is deleted and created again.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Consumer } from "@nats-io/jetstream";
import { isLeft, isRight, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { Work } from "../router/ports.ts";
import { consume, type StretchEnd } from "./consumption.ts";
import { findConsumer, type Place } from "./find-consumer.ts";
import { handOver } from "./hand-over.ts";
import type { Pulled } from "./pulled.ts";
import { pullsOf } from "./pulls.ts";
import { type Slot, slotsOf } from "./slots.ts";
import { untilDue } from "./unsettled.ts";

/** Handed over and not settled, at most. */
const inHand = 64;
const longestPullMs = 2_500;
const pauseMs = 100;
const longestPauseMs = 10_000;
const nanosPerMs = 1_000_000;

/** Asks for the consumer until there is one, telling each new reason why there is none. */
const findAgain = async (place: Place, failures: number, isStopped: () => boolean): Promise<Consumer | undefined> => {
  let told = "";
  for (let attempt = failures; !isStopped(); attempt++) {
    await delay(Math.min(pauseMs * 2 ** Math.min(attempt, 10), longestPauseMs));
    const found = await findConsumer(place)();
    if (isRight(found)) return isStopped() ? undefined : found.right;
    if (found.left.message !== told && !isStopped()) place.notice(found.left.message);
    told = found.left.message;
  }
  return undefined;
};

const unserved = (thrown: unknown): StretchEnd => ({ reason: causeOf(thrown), wasServed: false });

type Hand = ReturnType<typeof handOver>;

/** Takes work over one find of the consumer after the other, each until it ends; `current` is the one that goes on. */
const taking = (place: Place, isStopped: () => boolean) => {
  const { link, notice } = place;
  const slots = slotsOf(inHand);
  const going: { current: Promise<StretchEnd> | undefined } = { current: undefined };

  /** Resolves to how the stretch ended. */
  const takeOn = async (consumer: Consumer, hand: Hand): Promise<StretchEnd> => {
    const { config } = await consumer.info(true);
    const ackWaitMs = (config.ack_wait ?? 0) / nanosPerMs;
    await untilDue(consumer, { ackWaitMs, inHand: slots.taken, isStopped, notice });
    const onMessage = (message: Pulled, slot: Slot) => hand(message, slot, ackWaitMs);
    const pulls = pullsOf({ link, hostname: place.host.hostname });
    going.current = consume(pulls, { link, slots, isStopped, onMessage });
    const end = await going.current;
    pulls.close();
    return end;
  };

  /** Never rejects: a connection that is closed meanwhile is told by whoever holds it. */
  const takeForEver = async (first: Consumer, hand: Hand): Promise<void> => {
    let [failures, told] = [0, ""];
    for (let consumer: Consumer | undefined = first; consumer !== undefined; ) {
      const { reason, wasServed } = await takeOn(consumer, hand).catch(unserved);
      failures = wasServed ? 0 : failures + 1;
      if (!isStopped() && (wasServed || reason !== told)) notice(`Taking work again: ${reason}.`);
      told = reason;
      consumer = await findAgain(place, Math.max(0, failures - 1), isStopped);
    }
  };
  return { going, slots, takeForEver };
};

/** Starts only where there is a place for the host; later it outlives the loss of that place. Stop comes back within 2.5 s. */
export const workOf = (place: Place): Work => {
  let stopped = false;
  const isStopped = (): boolean => stopped || place.link.nc.isClosed();
  const { going, slots, takeForEver } = taking(place, isStopped);

  return {
    start: (onDelivery) => async () => {
      const found = await findConsumer(place)();
      if (isLeft(found)) return found;
      void takeForEver(found.right, handOver({ place, isStopped, onDelivery }));
      return right(undefined);
    },
    stop: async () => {
      stopped = true;
      slots.close();
      // A pull that lost its link does not end before the link is back.
      const late = new AbortController();
      const enough = delay(longestPullMs, undefined, { signal: late.signal }).catch(() => undefined);
      await Promise.race([going.current, enough]);
      late.abort();
    },
  };
};
