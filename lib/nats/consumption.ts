/**
 * One stretch of taking requests from a consumer, which ends with the reason why. Each pull asks for one request and lasts
 * about a second, and none is left behind: across accounts in a cluster the server goes on answering a pull whose listener
 * is gone, and what it sends there is missed until it is delivered again, half a minute later. The same happens to the rest
 * of a pull for several when one of them has no body, which the server takes for the last answer.
 */
import type { Consumer, JsMsg } from "@nats-io/jetstream";
import type { Link } from "./link.ts";
import type { Slot, Slots } from "./slots.ts";

export interface Consumption {
  readonly link: Link;
  readonly slots: Slots;
  readonly isStopped: () => boolean;
  /** Called in the order of the log. The slot is its own to give back. */
  readonly onMessage: (message: JsMsg, slot: Slot) => void;
}

/** Two that do not end at the same time, so that a host that listens is always waiting for work. */
const idlePullMs = [1_000, 1_300] as const;
/** While there is a backlog. */
const mostPulls = 16;
const longestWaitMs = 60_000;

const reasons: Readonly<Record<string, string>> = {
  "heartbeats missed": "the log has gone silent",
  "consumer deleted": "this host's place in the log was deleted",
  "no responders": "nobody serves this host's place in the log",
};

const reasonOf = (thrown: unknown): string => {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return reasons[message] ?? message;
};

/** The next pull can wait until the request that came is on its way; the other pull is still out. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What does not say so is no message of a consumer, and refused by whoever it is handed to. */
const hasMore = (message: JsMsg): boolean => {
  try {
    return message.info.pending > 0;
  } catch {
    return false;
  }
};

export const consume = async (consumer: Consumer, consumption: Consumption): Promise<string> => {
  const { link, slots, isStopped, onMessage } = consumption;
  const pulls = new Set<Promise<void>>();
  let reason: string | undefined;
  const isOver = (): boolean => reason !== undefined || isStopped();

  const next = async (expires: number): Promise<JsMsg | null> => {
    try {
      return isOver() ? null : await consumer.next({ expires, bind: true });
    } catch (thrown) {
      reason ??= reasonOf(thrown);
      return null;
    }
  };

  /** Whether one came. One more pull helps for as long as there are more. */
  const pullOne = async (expires: number): Promise<boolean> => {
    const slot = await slots.take();
    if (slot === undefined) return false;
    const message = await next(expires);
    if (message === null) {
      slot.giveBack();
      return false;
    }
    onMessage(message, slot);
    if (!hasMore(message)) await turn();
    else if (pulls.size < mostPulls) begin(expires, false);
    return true;
  };

  const pull = async (expires: number, isIdle: boolean): Promise<void> => {
    for (let came = true; (isIdle || came) && !isOver(); ) {
      if (link.isUp()) came = await pullOne(expires);
      else await link.change(longestWaitMs);
    }
  };

  const begin = (expires: number, isIdle: boolean): void => {
    const pulling = pull(expires, isIdle).finally(() => pulls.delete(pulling));
    pulls.add(pulling);
  };

  for (const expires of idlePullMs) begin(expires, true);
  while (pulls.size > 0) await Promise.all(pulls);
  return reason ?? "stopped";
};
