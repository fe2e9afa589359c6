/**
 * A host's place in the memory log, as a durable consumer keeps one: it begins after what was there, hands each record over
 * in order, and again after a time when nobody settles it, however often the listener comes and goes.
 */
import type { Address } from "../../lib/contract/address.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Delivery, Enrolled, Stored } from "../../lib/router/ports.ts";

export interface PlaceOptions {
  readonly hostname: HostName;
  readonly addresses: readonly Address[];
  readonly records: readonly Stored[];
  readonly isOurs: (record: Stored) => boolean;
  readonly ackWaitMs: number;
  /** Handed over or postponed and not settled, at most. */
  readonly mostOpen?: number;
}

export interface MemoryPlace {
  readonly look: () => void;
  readonly start: (onDelivery: (delivery: Delivery) => void) => void;
  readonly stop: () => void;
  readonly enrolled: () => Enrolled;
}

const inHand = 64;

/** A record that was handed over or is due again. */
interface Open {
  readonly record: Stored;
  attempt: number;
  state: "in hand" | "postponed" | "due";
  timer: NodeJS.Timeout | undefined;
}

export const memoryPlace = ({
  hostname,
  addresses,
  records,
  isOurs,
  ackWaitMs,
  mostOpen = 256,
}: PlaceOptions): MemoryPlace => {
  const open = new Map<number, Open>();
  let cursor = records.length;
  let onDelivery: ((delivery: Delivery) => void) | undefined;

  const due = (one: Open): void => {
    one.state = "due";
    look();
  };

  const again = (one: Open, delayMs: number): void => {
    clearTimeout(one.timer);
    one.timer = setTimeout(due, delayMs, one);
    one.timer.unref();
  };

  const hand = (one: Open): void => {
    one.attempt += 1;
    one.state = "in hand";
    again(one, ackWaitMs);
    const { record, attempt } = one;
    let settled = false;
    const settle = (settling: () => void): void => {
      if (settled) return;
      settled = true;
      settling();
      look();
    };
    const forget = (): void => {
      clearTimeout(one.timer);
      open.delete(record.seq);
    };
    const postpone = (delayMs: number): void => {
      one.state = "postponed";
      again(one, delayMs);
    };
    const delivery: Delivery = {
      ...record,
      attempt,
      pending: records.slice(cursor).filter(isOurs).length,
      ack: async () => settle(forget),
      later: (delayMs) => settle(() => postpone(delayMs)),
      working: () => {
        if (!settled) again(one, ackWaitMs);
      },
      refuse: () => settle(forget),
    };
    const to = onDelivery;
    queueMicrotask(() => to?.(delivery));
  };

  /** The next to hand over: what is due again before what is new. */
  const next = (): Open | undefined => {
    for (const one of open.values()) if (one.state === "due") return one;
    if (open.size >= mostOpen) return undefined;
    const record = records.slice(cursor).find(isOurs);
    if (record === undefined) return undefined;
    cursor = record.seq;
    const one: Open = { record, attempt: 0, state: "due", timer: undefined };
    open.set(record.seq, one);
    return one;
  };

  const countInHand = (): number => [...open.values()].filter(({ state }) => state === "in hand").length;

  const look = (): void => {
    while (onDelivery !== undefined && countInHand() < inHand) {
      const one = next();
      if (one === undefined) return;
      hand(one);
    }
  };

  return {
    look,
    start: (to) => {
      onDelivery = to;
      look();
    },
    stop: () => {
      onDelivery = undefined;
    },
    enrolled: () => ({
      hostname,
      addresses,
      present: onDelivery !== undefined,
      pending: open.size + records.slice(cursor).filter(isOurs).length,
    }),
  };
};
