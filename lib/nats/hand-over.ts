/**
 * Hands a message of a durable consumer over as a delivery. What must not be acted on is told and refused here, before any
 * handler sees it; what comes while whoever takes it stops goes back to the stream.
 */
import type { Delivery } from "../router/ports.ts";
import { deliveryOf, type Objection } from "./delivery.ts";
import type { Link } from "./link.ts";
import type { Pulled } from "./pulled.ts";
import type { Slot } from "./slots.ts";

/** Where messages come from. */
export interface Giver {
  readonly link: Link;
  /** Why a message must not be acted on. */
  readonly objection: (message: Pulled) => Objection | undefined;
  readonly notice: (sentence: string) => void;
}

/** An acknowledgement that does not arrive costs a second delivery, so nothing waits long for it. */
const ackMs = 5_000;

/** Sent and not confirmed. While the link is down it would be lost, and a message can be acknowledged once only. */
const acknowledge = async ({ link }: Giver, message: Pulled): Promise<void> => {
  if (!link.isUp()) await link.change(ackMs);
  if (!link.nc.isClosed()) message.ack();
};

export interface HandOver {
  readonly giver: Giver;
  readonly isStopped: () => boolean;
  readonly onDelivery: (delivery: Delivery) => void;
}

export const handOver = ({ giver, isStopped, onDelivery }: HandOver) => {
  const { objection, notice } = giver;
  const refuse = (message: Pulled, { reason, isForeign }: Objection): void => {
    notice(`A message on ${message.subject} was refused: ${reason}.`);
    if (!isForeign) message.term(reason);
  };

  return (message: Pulled, slot: Slot, ackWaitMs: number): void => {
    const objected = objection(message);
    const { handed } = message;
    if (objected !== undefined || handed === undefined || isStopped()) {
      slot.giveBack();
      if (objected !== undefined) refuse(message, objected);
      // Whoever listens next gets it at once.
      else message.nak(1);
      return;
    }
    const keep = (): void => slot.expire(ackWaitMs);
    keep();
    onDelivery(
      deliveryOf(message, handed, {
        acknowledge: () => acknowledge(giver, message),
        ...{ onWorking: keep, onSettled: slot.giveBack },
      }),
    );
  };
};
