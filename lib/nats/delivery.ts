/**
 * A message of the host's consumer, checked and made into a delivery. A message proves little by arriving: anyone may make
 * the server send one to any subject. So it must come from this host's own consumer, be addressed to this host, and not be
 * a copy that the server made of another record.
 */
import type { JsMsg } from "@nats-io/jetstream";
import { type Address, parseRequestSubject } from "../contract/address.ts";
import { logStream } from "../contract/log-names.ts";
import type { Delivery } from "../router/ports.ts";

export interface Expected {
  readonly durable: string;
  readonly addresses: ReadonlySet<Address>;
}

const isFromConsumer = (message: JsMsg, durable: string): boolean => {
  try {
    return message.info.stream === logStream && message.info.consumer === durable;
  } catch {
    return false;
  }
};

export interface Objection {
  readonly reason: string;
  /** It is not even ours to settle. */
  readonly isForeign: boolean;
}

/** Why the message must not be acted on. */
export const objection = (message: JsMsg, { durable, addresses }: Expected): Objection | undefined => {
  if (!isFromConsumer(message, durable))
    return { reason: "it does not come from this host's consumer", isForeign: true };
  if (message.headers?.has("Nats-Stream")) {
    return { reason: "it is the server's copy of another record", isForeign: false };
  }
  const address = parseRequestSubject(message.subject)?.address;
  if (address !== undefined && addresses.has(address)) return undefined;
  return { reason: "it is not addressed to this host", isForeign: false };
};

export interface Settling {
  /** Tells the log, and resolves when it knows. */
  readonly acknowledge: () => Promise<void>;
  /** Called once, when the delivery is no longer in hand. */
  readonly onSettled: () => void;
}

const nanosPerMs = 1_000_000;

export const deliveryOf = (message: JsMsg, { acknowledge, onSettled }: Settling): Delivery => {
  let settled = false;
  const once = (settle: () => void): void => {
    if (settled) return;
    settled = true;
    settle();
    onSettled();
  };
  const { info, subject, headers } = message;
  return {
    seq: info.streamSequence,
    subject,
    atMs: Math.floor(info.timestampNanos / nanosPerMs),
    msgId: headers?.get("Nats-Msg-Id") || undefined,
    body: message.string(),
    attempt: info.deliveryCount,
    ack: async () => {
      let known = Promise.resolve();
      once(() => {
        known = acknowledge();
      });
      await known;
    },
    // Without a delay the log would deliver it again at once, and be done with it within milliseconds.
    later: (delayMs) => once(() => message.nak(Math.max(1, delayMs))),
    refuse: (reason) => once(() => message.term(reason)),
  };
};
