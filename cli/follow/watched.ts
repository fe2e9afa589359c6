/** A request that a command watches, and what came of it. */
import { isLeft } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import { type Control, controlOf, type Verb } from "../../lib/contract/values.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import type { Ears } from "../../streams/ears.ts";
import type { FollowEvent, Followed, FollowResult } from "../../streams/follow.ts";
import type { RequestRecord, ResponseRecord } from "../../streams/records.ts";
import type { Shown } from "../../streams/show.ts";

export interface Watched {
  readonly request: Followed;
  /** What stands behind its address; of a plain deployment nothing. */
  readonly verb: Verb | undefined;
  /** Unknown when the request in the log cannot be read. */
  readonly body: RequestBody | undefined;
  /** The hosts that the target means. */
  readonly hosts: readonly Enrolled[];
  /** The options of the connection, for every command that is printed. */
  readonly repeated: string;
  /** Of a cancel: what it is to end, with what the hosts have said of that, also since. */
  readonly cancelled?: Shown | undefined;
  /** Opened before the request was sent. */
  readonly ears?: Ears | undefined;
}

/** As it stands in the log. */
export const watchedOf = (
  { id, seq, address, verb, body }: RequestRecord,
  hosts: readonly Enrolled[],
  repeated: string,
): Watched => ({
  ...{ request: { id, seq, address }, verb, hosts, repeated },
  body: isLeft(body) ? undefined : body.right,
});

/** What is to be deployed; `undefined`: something else is asked for, or it cannot be read. */
export const orderOf = ({ body }: Pick<Watched, "body">): InputOf<typeof deploy> | undefined =>
  body?.route === "deploy" ? body.input : undefined;

/** What is asked for that is no deployment. */
export const askedOf = ({ verb }: Pick<Watched, "verb">): Control | undefined => controlOf(verb);

export const expiryMsOf = ({ body }: Pick<Watched, "body">): number | undefined => {
  const expiry = body?.route === "deploy" || body?.route === "cancel" ? body.input.expires_at : undefined;
  return expiry === undefined ? undefined : Date.parse(expiry);
};

export interface Observed extends Watched {
  readonly result: FollowResult;
}

/** One step of one host, as every display tells it. */
export interface Step<H = HostName> {
  /** Equal for all steps of one deployment. */
  readonly key: string;
  readonly host: H;
  /** What the host is at: a status, a phase, an ending of its own, or `unreachable`. */
  readonly word: string;
  readonly message: string;
  readonly atMs: number;
  readonly simulated: boolean;
}

export const wordOf = ({ status, event }: ResponseRecord): string =>
  status === "started" ? (event.phase ?? status) : status;

/** Failures that leave a host in another state than "failed" says, so that they are told in its place. */
const endings: ReadonlySet<string | null> = new Set(["rolled_back", "rollback_failed", "cancelled"]);

/** `wordOf`, with the endings of a failure told apart. */
export const endingOf = (record: ResponseRecord): string => {
  const { error } = record.event;
  return record.status === "failed" && error !== null && endings.has(error) ? error : wordOf(record);
};

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
  return { ...place, word: endingOf(record), message, atMs: record.atMs, simulated };
};

export const targetOf = ({ request }: Pick<Watched, "request">): string => shortAddress(request.address);

export const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
