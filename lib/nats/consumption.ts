/**
 * One stretch of taking requests from a consumer, which ends with the reason why. Each pull asks for one request and lasts
 * about a second, and none is left behind: across accounts in a cluster the server goes on answering a pull whose listener
 * is gone, and what it sends there is missed until it is delivered again, half a minute later. The same happens to the rest
 * of a pull for several when one of them has no body, which the server takes for the last answer.
 */
import { causeOf } from "../contract/cause-of.ts";
import type { Link } from "./link.ts";
import type { Pulled } from "./pulled.ts";
import type { Pulls } from "./pulls.ts";
import type { Slot, Slots } from "./slots.ts";

export interface Consumption {
  readonly link: Link;
  readonly slots: Slots;
  readonly isStopped: () => boolean;
  /** Called in the order of the log. The slot is its own to give back. */
  readonly onMessage: (message: Pulled, slot: Slot) => void;
}

/** Two that do not end at the same time, so that a host that listens is always waiting for work. */
const idlePullMs = [1_000, 1_300] as const;
/** While there is a backlog. */
const mostPulls = 16;
const longestWaitMs = 60_000;

/** The next pull can wait until the request that came is on its way; the other pull is still out. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const consume = async (asked: Pulls, consumption: Consumption): Promise<string> => {
  const { link, slots, isStopped, onMessage } = consumption;
  const pulls = new Set<Promise<void>>();
  let reason: string | undefined;
  const isOver = (): boolean => reason !== undefined || isStopped();

  const next = async (expiresMs: number): Promise<Pulled | undefined> => {
    try {
      return isOver() ? undefined : await asked.next(expiresMs);
    } catch (thrown) {
      reason ??= causeOf(thrown);
      return undefined;
    }
  };

  /** Whether one came. One more pull helps for as long as there are more. */
  const pullOne = async (expiresMs: number): Promise<boolean> => {
    const slot = await slots.take();
    if (slot === undefined) return false;
    const message = await next(expiresMs);
    if (message === undefined) {
      slot.giveBack();
      return false;
    }
    onMessage(message, slot);
    // What does not say so is no message of a consumer, and refused by whoever it was handed to.
    if ((message.handed?.pending ?? 0) === 0) await turn();
    else if (pulls.size < mostPulls) begin(expiresMs, false);
    return true;
  };

  const pull = async (expiresMs: number, isIdle: boolean): Promise<void> => {
    for (let came = true; (isIdle || came) && !isOver(); ) {
      if (link.isUp()) came = await pullOne(expiresMs);
      else await link.change(longestWaitMs);
    }
  };

  const begin = (expiresMs: number, isIdle: boolean): void => {
    const pulling = pull(expiresMs, isIdle).finally(() => pulls.delete(pulling));
    pulls.add(pulling);
  };

  for (const expiresMs of idlePullMs) begin(expiresMs, true);
  while (pulls.size > 0) await Promise.all(pulls);
  return reason ?? "stopped";
};
