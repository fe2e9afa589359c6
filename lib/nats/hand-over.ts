/**
 * Hands a message of the host's consumer over as a delivery. What must not be acted on is told and refused here, before any
 * handler sees it; what comes while the listener stops goes back to the log.
 */
import type { JsMsg } from "@nats-io/jetstream";
import { hostDurable } from "../contract/log-names.ts";
import type { Delivery } from "../router/ports.ts";
import { deliveryOf, type Objection, objection } from "./delivery.ts";
import { troubleOf } from "./failures.ts";
import type { Place } from "./find-consumer.ts";
import type { Slot } from "./slots.ts";

/** An acknowledgement that does not arrive costs a second delivery, so nothing waits long for it. */
const ackMs = 5_000;

/** Resolves when the log knows, or when it cannot be told; then the same request comes again. */
const acknowledge = async ({ link, notice }: Place, message: JsMsg): Promise<void> => {
  // Sent while the link is down it would be lost, and a message can be acknowledged once only.
  if (!link.isUp()) await link.change(ackMs);
  try {
    await link.whileUp(message.ackAck({ timeout: ackMs }));
  } catch (thrown) {
    const { failure } = troubleOf(thrown);
    notice(`Request ${message.seq} was not acknowledged and will be handed over again. ${failure.message}`);
  }
};

export interface HandOver {
  readonly place: Place;
  readonly isStopped: () => boolean;
  readonly onDelivery: (delivery: Delivery) => void;
}

export const handOver = ({ place, isStopped, onDelivery }: HandOver) => {
  const { host, addresses, notice } = place;
  const expected = { durable: hostDurable(host.hostname), addresses: new Set(addresses) };
  const refuse = (message: JsMsg, { reason, isForeign }: Objection): void => {
    notice(`A message on ${message.subject} was refused: ${reason}.`);
    if (!isForeign) message.term(reason);
  };

  return (message: JsMsg, slot: Slot, ackWaitMs: number): void => {
    const objected = objection(message, expected);
    if (objected !== undefined || isStopped()) {
      slot.giveBack();
      if (objected !== undefined) refuse(message, objected);
      // Whoever listens next gets it at once.
      else message.nak();
      return;
    }
    slot.expire(ackWaitMs);
    onDelivery(deliveryOf(message, { acknowledge: () => acknowledge(place, message), onSettled: slot.giveBack }));
  };
};
