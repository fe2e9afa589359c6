/** Builds as documents for programs: one `Build` for all requests that a command watched. */
import { buildSubject } from "../../lib/contract/build-address.ts";
import type { BuildFollowEvent, BuildFollowResult } from "../../streams/build-follow.ts";
import type { HostBuild } from "../../streams/build-progress.ts";
import type { BuildResponseRecord } from "../../streams/records.ts";
import { byText } from "../print/by-text.ts";
import { whole } from "../print/json.ts";
import { buildExit } from "./exit-code.ts";
import { buildExpiryMs, buildTarget, type ObservedBuild, type WatchedBuild } from "./watched.ts";

export const buildRequestDocument = (watched: WatchedBuild): object => {
  const { request, order } = watched;
  const expiryMs = buildExpiryMs(watched);
  return whole({
    id: request.id,
    request_seq: request.seq,
    target: buildTarget(watched),
    subject: buildSubject(request.address),
    revision: order?.revision,
    expires_at: expiryMs === undefined ? undefined : new Date(expiryMs).toISOString(),
    request: order,
  });
};

/** `completed`, `failed`, `rejected`, `running`, `waiting` or `unreachable`. */
export const buildResult = ({ progress, unreachable }: Pick<BuildFollowResult, "progress" | "unreachable">): string => {
  const { newest, ended } = progress;
  if (newest !== undefined && ended) return newest.status;
  if (unreachable !== undefined) return "unreachable";
  return newest === undefined ? "waiting" : "running";
};

const hostDocument = ({ tail, ...host }: HostBuild): object => ({
  ...host,
  ...(tail.length > 0 && { log_tail: tail }),
});

export const progressDocument = (progress: BuildFollowResult["progress"]): object => ({
  commit: progress.commit ?? null,
  total: progress.total ?? null,
  hosts: [...progress.hosts.values()].sort((a, b) => byText(a.host, b.host)).map(hostDocument),
});

const observedDocument = (observed: ObservedBuild): object => {
  const { progress, unreachable, end, skipped } = observed.result;
  const { results: _, ...last } = progress.newest?.event ?? { results: undefined };
  return {
    ...buildRequestDocument(observed),
    ...{ end, skipped_records: skipped },
    ...{ result: buildResult(observed.result), why: unreachable ?? null },
    ...progressDocument(progress),
    last: progress.newest === undefined ? null : last,
  };
};

export const buildContent = (all: readonly ObservedBuild[]): object => ({
  exit_code: buildExit(all),
  requests: all.map(observedDocument),
});

export const buildRecordDocument = ({ seq, atMs, event }: BuildResponseRecord): object => ({
  seq,
  stored_at: new Date(atMs).toISOString(),
  ...event,
});

export const buildEventDocument = ({ request: { id } }: WatchedBuild, event: BuildFollowEvent): object => {
  switch (event.kind) {
    case "response":
      return { type: "response", ...buildRecordDocument(event.record) };
    case "queued":
      return { type: "queued", id, behind: buildRecordDocument(event.behind) };
    case "unreachable":
      return { type: "unreachable", id, why: event.why };
    case "stalled":
      return { type: "stalled", id, error: event.failure };
  }
};
