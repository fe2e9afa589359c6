/**
 * Hears that a request may have been answered, so that the log is looked at in that moment. It only saves time: what was
 * heard proves nothing, and what was not heard is found by looking. Made before the request is sent, it misses no answer.
 */
import type { RequestId } from "../lib/contract/values.ts";
import type { Live } from "../lib/router/ports.ts";
import { type Nudge, nudge } from "./nudge.ts";

export interface Ears extends Nudge {
  readonly stop: () => void;
}

/** Gives a nudge for each live response to the request, and one when the subscription stands. */
export const earsFor = (live: Pick<Live, "subscribe">, filter: string, id: RequestId): Ears => {
  const look = nudge();
  const standing = live.subscribe(filter, ({ body }) => {
    if (body.includes(id)) look.give();
  });
  const lost = () => undefined;
  void standing.then(look.give, lost);
  return { ...look, stop: () => void standing.then((stop) => stop(), lost) };
};

/** Resolves when the subscription stands, or cannot; nothing can have been missed by then. */
export const openEars = async (live: Pick<Live, "subscribe">, filter: string, id: RequestId): Promise<Ears> => {
  const ears = earsFor(live, filter, id);
  await ears.wait(openMs);
  return ears;
};

/** A subscription takes a round trip; without one, the log is looked at all the same. */
const openMs = 1_000;
