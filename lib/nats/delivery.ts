/**
 * A message of the host's consumer, checked and made into a delivery. A message proves little by arriving: anyone may make
 * the server send one to any subject. So it must come from this host's own consumer, be addressed to this host, and not be
 * a copy that the server made of another record.
 */
import { type Address, parseRequestSubject } from "../contract/address.ts";
import { logStream } from "../contract/log-names.ts";
import { signatureHeader } from "../contract/signature.ts";
import type { Delivery } from "../router/ports.ts";
import type { Handed, Pulled } from "./pulled.ts";

export interface Expected {
  readonly durable: string;
  readonly addresses: ReadonlySet<Address>;
}

export interface Objection {
  readonly reason: string;
  /** It is not even ours to settle. */
  readonly isForeign: boolean;
}

/** Why the message must not be acted on. */
export const objection = (
  { handed, headers, isReadable, subject }: Pulled,
  { durable, addresses }: Expected,
): Objection | undefined => {
  if (handed?.stream !== logStream || handed.consumer !== durable)
    return { reason: "it does not come from this host's consumer", isForeign: true };
  if (!isReadable) return { reason: "its headers are none that can be read", isForeign: false };
  if (headers?.has("Nats-Stream")) {
    return { reason: "it is the server's copy of another record", isForeign: false };
  }
  const address = parseRequestSubject(subject)?.address;
  if (address !== undefined && addresses.has(address)) return undefined;
  return { reason: "it is not addressed to this host", isForeign: false };
};

export interface Settling {
  /** Tells the log. */
  readonly acknowledge: () => Promise<void>;
  /** Called when more time was asked for. */
  readonly onWorking: () => void;
  /** Called once, when the delivery is no longer in hand. */
  readonly onSettled: () => void;
}

export const deliveryOf = (
  message: Pulled,
  handed: Handed,
  { acknowledge, onWorking, onSettled }: Settling,
): Delivery => {
  let settled = false;
  const once = (settle: () => void): void => {
    if (settled) return;
    settled = true;
    settle();
    onSettled();
  };
  const { subject, headers, body } = message;
  const { seq, atMs, attempt, pending } = handed;
  return {
    seq,
    subject,
    atMs,
    msgId: headers?.get("Nats-Msg-Id") || undefined,
    signature: headers?.last(signatureHeader) || undefined,
    body,
    attempt,
    pending,
    ack: async () => {
      let told = Promise.resolve();
      once(() => {
        told = acknowledge();
      });
      await told;
    },
    // Without a delay the log would deliver it again at once, and be done with it within milliseconds.
    later: (delayMs) => once(() => message.nak(Math.max(1, delayMs))),
    working: () => {
      if (settled) return;
      message.working();
      onWorking();
    },
    refuse: (reason) => once(() => message.term(reason)),
  };
};
