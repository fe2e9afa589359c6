/** Followings as documents for programs: one `Deployment` for all requests that a command watched. */
import type { HostName } from "../../lib/contract/names.ts";
import type { FollowEvent } from "../../streams/follow.ts";
import type { HostState } from "../../streams/progress.ts";
import { controlOutcome } from "./control-text.ts";
import { exitCode } from "./exit-code.ts";
import { askedOf, expiryMsOf, type Observed, orderOf, targetOf, type Watched } from "./watched.ts";

/** `action`, `revision`: of a deployment. `request`: what is asked for, whole; null when it cannot be read. */
export const requestDocument = (watched: Watched): object => {
  const [order, expiryMs] = [orderOf(watched), expiryMsOf(watched)];
  return {
    id: watched.request.id,
    request_seq: watched.request.seq,
    target: targetOf(watched),
    subject: watched.request.address,
    verb: watched.verb ?? null,
    action: order?.action ?? null,
    revision: order?.revision ?? null,
    expires_at: expiryMs === undefined ? null : new Date(expiryMs).toISOString(),
    request: watched.body?.input ?? null,
  };
};

/** `Control` where nothing but control was asked for. */
export const kindOf = (all: readonly Watched[]): string =>
  all.every((watched) => askedOf(watched) !== undefined) ? "Control" : "Deployment";

/**
 * `result`: completed, applied, failed, rejected, running, waiting or unreachable. `last`: the newest record of the host,
 * whole. `outcome`: what a control request did there; null of a deployment.
 */
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
    hosts: [...observed.result.states].map(([host, state]) => ({
      ...hostDocument([host, state]),
      outcome: controlOutcome(observed, host, state) ?? null,
    })),
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
