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

/** How far a stretch is. */
interface Stretch {
  readonly asked: Pulls;
  readonly consumption: Consumption;
  /** Those that are out. */
  readonly pulls: Set<Promise<void>>;
  /** Why it ends. */
  reason: string | undefined;
  /** The log answered at least once. */
  wasServed: boolean;
}

export interface StretchEnd {
  readonly reason: string;
  /** The log served the host's place until then, so asking again at once is no hammering. */
  readonly wasServed: boolean;
}

const isOver = ({ reason, consumption }: Stretch): boolean => reason !== undefined || consumption.isStopped();

const next = async (stretch: Stretch, expiresMs: number): Promise<Pulled | undefined> => {
  try {
    if (isOver(stretch)) return undefined;
    const answer = await stretch.asked.next(expiresMs);
    stretch.wasServed = true;
    return answer;
  } catch (thrown) {
    stretch.reason ??= causeOf(thrown);
    return undefined;
  }
};

/** Whether one came. One more pull helps for as long as there are more. */
const pullOne = async (stretch: Stretch, expiresMs: number): Promise<boolean> => {
  const { slots, onMessage } = stretch.consumption;
  const slot = await slots.take();
  if (slot === undefined) return false;
  const message = await next(stretch, expiresMs);
  if (message === undefined) {
    slot.giveBack();
    return false;
  }
  onMessage(message, slot);
  // What does not say so is no message of a consumer, and refused by whoever it was handed to.
  if ((message.handed?.pending ?? 0) === 0) await turn();
  else if (stretch.pulls.size < mostPulls) begin(stretch, expiresMs, false);
  return true;
};

const pull = async (stretch: Stretch, expiresMs: number, isIdle: boolean): Promise<void> => {
  const { link } = stretch.consumption;
  for (let came = true; (isIdle || came) && !isOver(stretch); ) {
    if (link.isUp()) came = await pullOne(stretch, expiresMs);
    else await link.change(longestWaitMs);
  }
};

const begin = (stretch: Stretch, expiresMs: number, isIdle: boolean): void => {
  const pulling = pull(stretch, expiresMs, isIdle).finally(() => stretch.pulls.delete(pulling));
  stretch.pulls.add(pulling);
};

/** Resolves to how it ended, when its last pull has. */
export const consume = async (asked: Pulls, consumption: Consumption): Promise<StretchEnd> => {
  const stretch: Stretch = { asked, consumption, pulls: new Set(), reason: undefined, wasServed: false };
  for (const expiresMs of idlePullMs) begin(stretch, expiresMs, true);
  while (stretch.pulls.size > 0) await Promise.all(stretch.pulls);
  return { reason: stretch.reason ?? "stopped", wasServed: stretch.wasServed };
};
