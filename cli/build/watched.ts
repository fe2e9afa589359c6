/** A build that a command watches, and what came of it. */
import { isLeft } from "fp-ts/lib/Either.js";
import { buildHost, shortBuild } from "../../lib/contract/build-address.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import type { build } from "../../lib/contract/routes/build.ts";
import type { BuildFollowResult, FollowedBuild } from "../../streams/build-follow.ts";
import type { BuilderSeen } from "../../streams/build-place.ts";
import type { Ears } from "../../streams/ears.ts";
import type { BuildRequestRecord, BuildResponseRecord } from "../../streams/records.ts";
import type { Step } from "../follow/watched.ts";

export type BuildOrder = InputOf<typeof build>;

export interface WatchedBuild {
  readonly request: FollowedBuild;
  /** Unknown when the request in the log cannot be read. */
  readonly order: BuildOrder | undefined;
  /** The options of the connection, for every command that is printed. */
  readonly repeated: string;
  /** How it was with builders when the watching began. */
  readonly seen: BuilderSeen | undefined;
  /** Opened before the request was sent. */
  readonly ears?: Ears | undefined;
}

/** As it stands in the log. */
export const watchedBuild = (
  { id, seq, repo, target, body }: BuildRequestRecord,
  seen: BuilderSeen | undefined,
  repeated: string,
): WatchedBuild => ({
  request: { id, seq, address: { repo, target } },
  order: isLeft(body) ? undefined : body.right,
  seen,
  repeated,
});

export interface ObservedBuild extends WatchedBuild {
  readonly result: BuildFollowResult;
}

export const buildTarget = ({ request }: Pick<WatchedBuild, "request">): string => shortBuild(request.address);

export const buildExpiryMs = ({ order }: Pick<WatchedBuild, "order">): number | undefined =>
  order?.expires_at === undefined ? undefined : Date.parse(order.expires_at);

/** The hosts that are known to be meant before a builder has said which there are. */
export const expectedHosts = ({ request, order }: Pick<WatchedBuild, "request" | "order">): readonly HostName[] => {
  const one = buildHost(request.address);
  return one === undefined ? (order?.hosts ?? []) : [one];
};

/** What a record is about: a host that is done, or the build as a whole. */
export const buildStep = ({ status, event, atMs }: BuildResponseRecord): Step<HostName | undefined> => {
  const { host, phase, message, simulated = false } = event;
  const word = host?.outcome ?? (status === "started" ? (phase ?? status) : status);
  return { key: `${event.request_seq} ${host?.host ?? ""}`, host: host?.host, word, message, atMs, simulated };
};

/** `nixos/all (request 01J…)`, as somebody reads it whose build waits behind it. */
export const behindText = ({ event: { repo, target, id } }: BuildResponseRecord): string =>
  `${shortBuild({ repo, target })}${id === undefined ? "" : ` (request ${id})`}`;
