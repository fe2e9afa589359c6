/**
 * Work: the records that a durable consumer hands over. Once started it goes on for ever, through lost connections,
 * elections and a consumer that is deleted and created again.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Consumer } from "@nats-io/jetstream";
import { isLeft, isRight, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../contract/cause-of.ts";
import type { Failure } from "../contract/failure.ts";
import type { Work } from "../router/ports.ts";
import { consume, type StretchEnd } from "./consumption.ts";
import { type Giver, handOver } from "./hand-over.ts";
import type { Pulled } from "./pulled.ts";
import { type Durable, pullsOf } from "./pulls.ts";
import { type Slot, slotsOf } from "./slots.ts";
import { untilDue } from "./unsettled.ts";

export interface Source extends Durable, Giver {
  /** The consumer, as it is there now. */
  readonly find: () => TaskEither<Failure, Consumer>;
  /** Handed over and not settled, at most. */
  readonly inHand: number;
  /** Nothing new is taken before what somebody else had in hand is settled or due. */
  readonly inOrder: boolean;
}

/** Work, and whether it still goes on. */
export interface Taking extends Work {
  /** False: the link is up and there is room in hand, and nothing was asked for all the same for two minutes. */
  readonly isAtWork: (nowMs?: number) => boolean;
}

const longestPullMs = 2_500;
/** What was in hand elsewhere is waited for half a minute, a consumer that is away is asked for at least as often. */
const silentMs = 120_000;
const pauseMs = 100;
const longestPauseMs = 10_000;
const nanosPerMs = 1_000_000;

interface Seeking {
  readonly isStopped: () => boolean;
  readonly turned: () => void;
}

/** Asks for the consumer until there is one, telling each new reason why there is none. */
const findAgain = async (
  { find, notice }: Source,
  failures: number,
  { isStopped, turned }: Seeking,
): Promise<Consumer | undefined> => {
  let told = "";
  for (let attempt = failures; !isStopped(); attempt++) {
    turned();
    await delay(Math.min(pauseMs * 2 ** Math.min(attempt, 10), longestPauseMs));
    const found = await find()();
    if (isRight(found)) return isStopped() ? undefined : found.right;
    if (found.left.message !== told && !isStopped()) notice(found.left.message);
    told = found.left.message;
  }
  return undefined;
};

const unserved = (thrown: unknown): StretchEnd => ({ reason: causeOf(thrown), wasServed: false });

type Hand = ReturnType<typeof handOver>;

/** Takes work over one find of the consumer after the other, each until it ends; `current` is the one that goes on. */
const taking = (source: Source, isStopped: () => boolean) => {
  const { link, notice, inOrder } = source;
  const slots = slotsOf(source.inHand);
  const going: { current: Promise<StretchEnd> | undefined; turnedMs: number } = {
    ...{ current: undefined, turnedMs: performance.now() },
  };
  const turned = (): void => {
    going.turnedMs = performance.now();
  };

  /** Resolves to how the stretch ended. */
  const takeOn = async (consumer: Consumer, hand: Hand): Promise<StretchEnd> => {
    const { config } = await consumer.info(true);
    const ackWaitMs = (config.ack_wait ?? 0) / nanosPerMs;
    if (inOrder) await untilDue(consumer, { ackWaitMs, inHand: slots.taken, isStopped, notice });
    const onMessage = (message: Pulled, slot: Slot) => hand(message, slot, ackWaitMs);
    const pulls = pullsOf(source);
    const next: typeof pulls.next = (expiresMs) => {
      turned();
      return pulls.next(expiresMs);
    };
    going.current = consume({ ...pulls, next }, { link, slots, isStopped, onMessage });
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
      consumer = await findAgain(source, Math.max(0, failures - 1), { isStopped, turned });
    }
  };
  return { going, slots, takeForEver };
};

/** Starts only where there is a consumer; later it outlives the loss of it. Stop comes back within 2.5 s. */
export const workOf = (source: Source): Taking => {
  let [started, stopped] = [false, false];
  const isStopped = (): boolean => stopped || source.link.nc.isClosed();
  const { going, slots, takeForEver } = taking(source, isStopped);

  return {
    start: (onDelivery) => async () => {
      const found = await source.find()();
      if (isLeft(found)) return found;
      started = true;
      void takeForEver(found.right, handOver({ giver: source, isStopped, onDelivery }));
      return right(undefined);
    },
    isAtWork: (nowMs = performance.now()) =>
      !started ||
      isStopped() ||
      !source.link.isUp() ||
      slots.taken() >= source.inHand ||
      nowMs - going.turnedMs < silentMs,
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
