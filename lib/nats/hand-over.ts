/**
 * Hands a message of the host's consumer over as a delivery. What must not be acted on is told and refused here, before any
 * handler sees it; what comes while the listener stops goes back to the log.
 */
import { hostDurable } from "../contract/log-names.ts";
import type { Delivery } from "../router/ports.ts";
import { deliveryOf, type Objection, objection } from "./delivery.ts";
import type { Place } from "./find-consumer.ts";
import type { Pulled } from "./pulled.ts";
import type { Slot } from "./slots.ts";

/** An acknowledgement that does not arrive costs a second delivery, so nothing waits long for it. */
const ackMs = 5_000;

/** Sent and not confirmed. While the link is down it would be lost, and a message can be acknowledged once only. */
const acknowledge = async ({ link }: Place, message: Pulled): Promise<void> => {
  if (!link.isUp()) await link.change(ackMs);
  if (!link.nc.isClosed()) message.ack();
};

export interface HandOver {
  readonly place: Place;
  readonly isStopped: () => boolean;
  readonly onDelivery: (delivery: Delivery) => void;
}

export const handOver = ({ place, isStopped, onDelivery }: HandOver) => {
  const { host, addresses, notice } = place;
  const expected = { durable: hostDurable(host.hostname), addresses: new Set(addresses) };
  const refuse = (message: Pulled, { reason, isForeign }: Objection): void => {
    notice(`A message on ${message.subject} was refused: ${reason}.`);
    if (!isForeign) message.term(reason);
  };

  return (message: Pulled, slot: Slot, ackWaitMs: number): void => {
    const objected = objection(message, expected);
    const { handed } = message;
    if (objected !== undefined || handed === undefined || isStopped()) {
      slot.giveBack();
      if (objected !== undefined) refuse(message, objected);
      // Whoever listens next gets it at once.
      else message.nak(1);
      return;
    }
    slot.expire(ackWaitMs);
    onDelivery(
      deliveryOf(message, handed, { acknowledge: () => acknowledge(place, message), onSettled: slot.giveBack }),
    );
  };
};
