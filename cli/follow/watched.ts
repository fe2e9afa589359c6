/** A request that a command watches, and what came of it. */

import { shortAddress } from "../../lib/contract/address.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import type { Action, Revision } from "../../lib/contract/values.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import type { Ears } from "../../streams/ears.ts";
import type { FollowEvent, Followed, FollowResult } from "../../streams/follow.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { shellQuoted } from "../print/shell-quoted.ts";

export interface Watched {
  readonly request: Followed;
  /** Unknown when the request in the log cannot be read. */
  readonly revision: Revision | undefined;
  readonly action: Action | undefined;
  /** The hosts that the target means. */
  readonly hosts: readonly Enrolled[];
  readonly expiresAtMs: number | undefined;
  /** The options that were given with it, as they are typed: asking again without them would ask for something else. */
  readonly given: string;
  /** The options of the connection, for every command that is printed. */
  readonly repeated: string;
  /** Opened before the request was sent. */
  readonly ears?: Ears | undefined;
}

/** What of a request the words `hd deploy <target> --revision <revision>` leave out. */
export const givenWith = ({ reason, if_current }: Pick<InputOf<typeof deploy>, "reason" | "if_current">): string =>
  [
    if_current === undefined ? "" : ` --if-current ${if_current}`,
    reason === undefined ? "" : ` --reason ${shellQuoted(reason)}`,
  ].join("");

export interface Observed extends Watched {
  readonly result: FollowResult;
}

/** One step of one host, as every display tells it. */
export interface Step {
  /** Equal for all steps of one deployment. */
  readonly key: string;
  readonly host: HostName;
  /** What the host is at: a status, a phase, or `unreachable`. */
  readonly word: string;
  readonly message: string;
  readonly atMs: number;
  readonly simulated: boolean;
}

export const wordOf = ({ status, event }: ResponseRecord): string =>
  status === "started" ? (event.phase ?? status) : status;

export const keyOf = ({ request }: Watched, host: HostName): string => `${request.seq} ${host}`;

const unreachableMessage = { away: "no listener is there", silent: "its listener has not answered" } as const;

type HostEvent = Exclude<FollowEvent, { readonly kind: "stalled" }>;

export const stepOf = (watched: Watched, event: HostEvent, nowMs: number): Step => {
  const host = event.kind === "response" ? event.record.host : event.host;
  const place = { key: keyOf(watched, host), host };
  if (event.kind === "unreachable") {
    return { ...place, word: "unreachable", message: unreachableMessage[event.why], atMs: nowMs, simulated: false };
  }
  const { record } = event;
  const { message, simulated = false } = record.event;
  return { ...place, word: wordOf(record), message, atMs: record.atMs, simulated };
};

export const targetOf = ({ request }: Watched): string => shortAddress(request.address);

export const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
