/** Said before the watching: before anything is sent who is meant, and after that who is away and what that means for them. */
import { shortAddress } from "../../lib/contract/address.ts";
import type { Action } from "../../lib/contract/values.ts";
import type { Connection } from "../env.ts";
import { waitingText } from "../follow/pending-text.ts";
import { names } from "../print/names.ts";
import type { Meant } from "./targets.ts";

interface Plan {
  readonly action: Action;
  readonly revision: string;
}

const listed = ({ address, hosts }: Meant): string => {
  const target = shortAddress(address);
  const hostnames = hosts.map(({ hostname }) => hostname);
  return hostnames.length === 1 && target.endsWith(`/${hostnames[0]}`) ? target : `${target} (${names(hostnames)})`;
};

export const preface = (
  { requester }: Pick<Connection, "requester">,
  meant: readonly Meant[],
  { action, revision }: Plan,
): string => `deploying ${revision} (${action}) to ${meant.map(listed).join(", ")}, as ${requester}\n`;

/** Said only once the requests are in the log: until then nothing waits there. Empty where nobody is away. */
export const awayText = (meant: readonly Meant[], expiresAtMs: number, nowMs: number): string => {
  const away = [...new Set(meant.flatMap(({ hosts }) => hosts.filter(({ present }) => !present)))];
  if (away.length === 0) return "";
  const isAre = away.length === 1 ? "is" : "are";
  return `${names(away.map(({ hostname }) => hostname))} ${isAre} away: ${waitingText(expiresAtMs, nowMs)}\n`;
};
