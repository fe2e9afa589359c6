/** `hd status` for programs, in the names of the wire: closures and commits in full. */
import type { Drift } from "../../streams/drift.ts";
import type { Deployment, Part } from "../../streams/host-state.ts";
import { whole } from "../print/json.ts";
import type { StatusLine } from "./status-line.ts";

const time = (atMs: number): string => new Date(atMs).toISOString();

const byDocument = (by: Deployment): object =>
  whole({
    id: by.id,
    request_seq: by.requestSeq,
    seq: by.seq,
    stored_at: time(by.atMs),
    requester: by.requester,
    action: by.action,
    revision: by.revision,
    commit: by.commit,
    closure: by.closure,
    failed: by.failed,
    error: by.error,
    cause: by.cause,
    simulated: by.simulated,
  });

/** `null`: nothing was deployed there. */
export const partDocument = (part: Part): object | undefined => {
  if (part.is !== "system" && part.is !== "unknown") return undefined;
  const system = part.is === "system" ? part : undefined;
  return whole({
    known: part.is === "system",
    commit: system?.by?.commit,
    closure: system?.closure,
    generation: system?.generation,
    since: time(part.since.atMs),
    since_seq: part.since.seq,
    by: part.by && byDocument(part.by),
    before: part.is === "unknown" ? partDocument(part.before) : undefined,
  });
};

const driftDocument = ({ kind, newest }: Drift): object => ({
  kind,
  newest: newest.commit,
  newest_since: time(newest.sinceMs),
});

export const statusDocument = (line: StatusLine): object => {
  const { host, tier, enrolled, runs, boots, rebooted, unlike, drift, failed } = line;
  return whole({
    ...{ host, tier, enrolled, rebooted },
    runs: partDocument(runs),
    boots: partDocument(boots),
    unlike_log: unlike && whole({ ...unlike }),
    drift: drift && driftDocument(drift),
    failed: failed && whole({ ...failed.event, seq: failed.seq, stored_at: time(failed.atMs), log_tail: undefined }),
  });
};
