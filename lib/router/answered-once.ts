/**
 * What this listener has answered, so that a request whose acknowledgement was lost is acknowledged again and never judged
 * again: by then it may be refused, for what was answered in between. Beyond the last of them the log is asked.
 */
import type { Delivery } from "./ports.ts";

/** In a log that was made anew sequences begin again. */
const nameOf = ({ seq, atMs, subject }: Delivery): string => `${seq} ${atMs} ${subject}`;

interface Outcome {
  /** `open`: it comes again, and is judged then. */
  readonly kind: string;
}

/** `again`: what is done with one that was answered before. */
export const answeredOnce = <O extends Outcome>(again: (delivery: Delivery) => Promise<O>, most = 1000) => {
  const names = new Set<string>();
  const add = (delivery: Delivery): void => {
    names.add(nameOf(delivery));
    const [oldest] = names;
    if (names.size > most && oldest !== undefined) names.delete(oldest);
  };
  return async (delivery: Delivery, handle: () => Promise<O>): Promise<O> => {
    if (names.has(nameOf(delivery))) return again(delivery);
    const outcome = await handle();
    if (outcome.kind !== "open") add(delivery);
    return outcome;
  };
};
