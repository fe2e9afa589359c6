/** Said before the watching: before anything is sent who is meant, and after that who is away and what that means for them. */
import type { Connection } from "../env.ts";
import { waitingText } from "../follow/pending-text.ts";
import { names } from "../print/names.ts";
import { revisionText } from "../print/revision.ts";
import type { Order } from "./order.ts";
import { listed, type Meant } from "./targets.ts";

export const awayOf = (meant: readonly Meant[]): readonly string[] => [
  ...new Set(meant.flatMap(({ hosts }) => hosts.filter(({ present }) => !present).map(({ hostname }) => hostname))),
];

const asked = ({ body: { input } }: Order): string => `${revisionText(input.revision)} (${input.action})`;

/** A line for all that get the same. */
export const preface = ({ requester }: Pick<Connection, "requester">, orders: readonly Order[]): string =>
  [...new Set(orders.map(asked))]
    .map((what) => {
      const places = orders.filter((order) => asked(order) === what).map(listed);
      return `deploying ${what} to ${places.join(", ")}, as ${requester}\n`;
    })
    .join("");

export const areAway = (away: readonly string[]): string => `${away.length === 1 ? "is" : "are"} away`;

/** Said only once the requests are in the log: until then nothing waits there. Empty where nobody is away. */
export const awayText = (meant: readonly Meant[], expiresAtMs: number, nowMs: number): string => {
  const away = awayOf(meant);
  return away.length === 0 ? "" : `${names(away)} ${areAway(away)}: ${waitingText(expiresAtMs, nowMs)}\n`;
};
