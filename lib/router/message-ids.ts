/**
 * The ids that a host's responses are appended with: the same for the same response, so that the log stores it once, and
 * known to nobody else beforehand. The log de-duplicates over all its subjects and publishers: whoever could foretell an id
 * could use it first, for a record of their own, and the host's would be taken for stored.
 */
import type { Origin } from "../contract/route.ts";

/** The request that is answered. Its id alone may be used twice. */
export type Answered = Pick<Origin, "id" | "seq">;

/**
 * The number of an event in its journal; or the refusal of a request; or the end of one whose journal is lost. Of a build, which
 * has no journal: its acceptance, its end, and what one try at it says in between.
 */
export type Which = number | "rejected" | "lost" | "accepted" | "ended" | `try-${number}-${number}`;

export interface MessageIds {
  readonly of: (answered: Answered, which: Which) => string;
}

/** The number of the event of this request that has this id; 0: it is none of them. */
export const eventNumber = (ids: MessageIds, msgId: string | undefined, answered: Answered): number => {
  const n = Number(msgId?.slice(`${answered.id}:`.length).split(":")[2] ?? Number.NaN);
  return Number.isSafeInteger(n) && n > 0 && msgId === ids.of(answered, n) ? n : 0;
};
