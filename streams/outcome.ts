/**
 * What a request came to, host by host: which commit each resolved its revision to, and how each ended. Read from its
 * responses alone, so that it says nothing that no host said.
 */
import { choice } from "../lib/contract/codec.ts";
import type { HostName } from "../lib/contract/names.ts";
import type { Commit } from "../lib/contract/values.ts";
import type { HostState } from "./progress.ts";
import type { ResponseRecord } from "./records.ts";

/**
 * `failed`: it ended `failed` or `rejected`. `rejected`, `cancelled`: only those. `unreachable`: the host has not answered at
 * all, or read it when it had expired. One that is at it is none of these.
 */
export const Outcome = choice("Outcome", ["failed", "rejected", "cancelled", "unreachable"]);
export type Outcome = "failed" | "rejected" | "cancelled" | "unreachable";

const ofEnd = ({ status, event: { error } }: ResponseRecord): readonly Outcome[] => [
  ...(status === "failed" || status === "rejected" ? (["failed"] as const) : []),
  ...(status === "rejected" ? (["rejected"] as const) : []),
  ...(error === "cancelled" ? (["cancelled"] as const) : []),
  ...(error === "expired" ? (["unreachable"] as const) : []),
];

/** What can be said of a host in one word or more. */
export const outcomesOf = (state: HostState): readonly Outcome[] => {
  switch (state.kind) {
    case "waiting":
    case "unreachable":
      return ["unreachable"];
    case "running":
      return [];
    case "ended":
      return ofEnd(state.record);
  }
};

/** What each host resolved the revision to, by its newest word; who resolved last comes last. */
export const commitsOf = (responses: readonly ResponseRecord[]): ReadonlyMap<HostName, Commit> => {
  const commits = new Map<HostName, Commit>();
  for (const { host, event } of responses) {
    if (event.commit === undefined || event.commit === commits.get(host)) continue;
    commits.delete(host);
    commits.set(host, event.commit);
  }
  return commits;
};
