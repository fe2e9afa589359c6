/**
 * Requests that were handed over and that nobody here has: the listener before was killed with them in hand, or they went into
 * a connection that was dead. They come again when their time is over, and until then nothing that was asked after them may be
 * taken: a deployment must not run because the freeze before it was read by nobody.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Consumer } from "@nats-io/jetstream";

export interface Unsettled {
  /** After it the log hands over again what was not settled. */
  readonly ackWaitMs: number;
  /** How many are in hand here. */
  readonly inHand: () => number;
  readonly isStopped: () => boolean;
  readonly notice: (sentence: string) => void;
}

/** What was acknowledged a moment ago may still be on its way. */
const askAgainMs = 250;

/** Resolves when all of them were settled after all, or are due; from then on they come before whatever is new. */
export const untilDue = async (
  consumer: Consumer,
  { ackWaitMs, inHand, isStopped, notice }: Unsettled,
): Promise<void> => {
  const dueMs = performance.now() + ackWaitMs + askAgainMs;
  let { num_ack_pending: pending } = await consumer.info(true);
  for (let isTold = false; pending > inHand() && performance.now() < dueMs && !isStopped(); isTold = true) {
    await delay(askAgainMs);
    ({ num_ack_pending: pending } = await consumer.info());
    if (!isTold && pending > inHand())
      notice(
        `Requests that were handed over before were not settled: taking work when they come again, within ${Math.ceil(ackWaitMs / 1000)} s.`,
      );
  }
};
