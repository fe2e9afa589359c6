/** Followings as documents for programs: one `Deployment` for all requests that a command watched. */
import type { HostName } from "../../lib/contract/names.ts";
import type { FollowEvent } from "../../streams/follow.ts";
import type { HostState } from "../../streams/progress.ts";
import { exitCode } from "./exit-code.ts";
import { type Observed, targetOf, type Watched } from "./watched.ts";

export const requestDocument = (watched: Watched): object => ({
  id: watched.request.id,
  request_seq: watched.request.seq,
  target: targetOf(watched),
  subject: watched.request.address,
  action: watched.action ?? null,
  revision: watched.revision ?? null,
  expires_at: watched.expiresAtMs === undefined ? null : new Date(watched.expiresAtMs).toISOString(),
});

/** `result`: completed, failed, rejected, running, waiting or unreachable. `last`: the newest record of the host, whole. */
const hostDocument = ([host, state]: readonly [HostName, HostState]): object => {
  switch (state.kind) {
    case "waiting":
      return { host, result: "waiting", last: null };
    case "unreachable":
      return { host, result: "unreachable", why: state.why, last: null };
    case "running":
      return { host, result: "running", last: state.record.event };
    case "ended":
      return { host, result: state.record.status, last: state.record.event };
  }
};

export const deploymentContent = (all: readonly Observed[]): object => ({
  exit_code: exitCode(all),
  requests: all.map((observed) => ({
    ...requestDocument(observed),
    end: observed.result.end,
    skipped_records: observed.result.skipped,
    hosts: [...observed.result.states].map(hostDocument),
  })),
});

export const eventDocument = ({ request }: Watched, event: FollowEvent): object => {
  switch (event.kind) {
    case "response":
      return {
        type: "response",
        seq: event.record.seq,
        stored_at: new Date(event.record.atMs).toISOString(),
        ...event.record.event,
      };
    case "unreachable":
      return { type: "unreachable", id: request.id, host: event.host, why: event.why };
    case "stalled":
      return { type: "stalled", id: request.id, error: event.failure };
  }
};
