/**
 * A message of a host's or the builders' consumer, checked and made into a delivery. A message proves little by arriving: anyone may make
 * the server send one to any subject. So it must come from the taker's own consumer, be addressed to the taker, and not be
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

interface Taker {
  readonly durable: string;
  /** Whose consumer it is, such as "this host's". */
  readonly whose: string;
  readonly isAddressed: (subject: string) => boolean;
  /** What is said of a subject that is not. */
  readonly unlike: string;
}

/** Why the message must not be acted on by whoever takes from this consumer of the log. */
export const objectionBy = (
  { handed, headers, isReadable, subject }: Pulled,
  { durable, whose, isAddressed, unlike }: Taker,
): Objection | undefined => {
  if (handed?.stream !== logStream || handed.consumer !== durable)
    return { reason: `it does not come from ${whose} consumer`, isForeign: true };
  if (!isReadable) return { reason: "its headers are none that can be read", isForeign: false };
  if (headers?.has("Nats-Stream")) {
    return { reason: "it is the server's copy of another record", isForeign: false };
  }
  return isAddressed(subject) ? undefined : { reason: unlike, isForeign: false };
};

/** Why the message must not be acted on by a host. */
export const objection = (message: Pulled, { durable, addresses }: Expected): Objection | undefined =>
  objectionBy(message, {
    ...{ durable, whose: "this host's", unlike: "it is not addressed to this host" },
    isAddressed: (subject) => {
      const address = parseRequestSubject(subject)?.address;
      return address !== undefined && addresses.has(address);
    },
  });

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
