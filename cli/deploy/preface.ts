/** Said before the watching: before anything is sent who is meant, and after that who is away and what that means for them. */
import type { Action } from "../../lib/contract/values.ts";
import type { Connection } from "../env.ts";
import { waitingText } from "../follow/pending-text.ts";
import { names } from "../print/names.ts";
import { listed, type Meant } from "../work/targets.ts";

export const awayOf = (meant: readonly Meant[]): readonly string[] => [
  ...new Set(meant.flatMap(({ hosts }) => hosts.filter(({ present }) => !present).map(({ hostname }) => hostname))),
];

interface Plan {
  readonly action: Action;
  readonly revision: string;
}

export const preface = (
  { requester }: Pick<Connection, "requester">,
  meant: readonly Meant[],
  { action, revision }: Plan,
): string => `deploying ${revision} (${action}) to ${meant.map(listed).join(", ")}, as ${requester}\n`;

export const areAway = (away: readonly string[]): string => `${away.length === 1 ? "is" : "are"} away`;

/** Said only once the requests are in the log: until then nothing waits there. Empty where nobody is away. */
export const awayText = (meant: readonly Meant[], expiresAtMs: number, nowMs: number): string => {
  const away = awayOf(meant);
  return away.length === 0 ? "" : `${names(away)} ${areAway(away)}: ${waitingText(expiresAtMs, nowMs)}\n`;
};
