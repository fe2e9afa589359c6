/** How deployments stand, as tools answer it: a count of all hosts, and one by one as many as an answer holds, failures first. */
import { shortAddress } from "../../../lib/contract/address.ts";
import { choice, integer, list, prose } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { ErrorCode, RequestId } from "../../../lib/contract/values.ts";
import type { HostState, HostStates } from "../../../streams/progress.ts";
import { endingOf, type Watched } from "../../follow/watched.ts";
import { byText } from "../../print/by-text.ts";
import { names } from "../../print/names.ts";
import { fittingIn, room, sizeOf } from "../paging.ts";

const HostRow = struct("host of a deployment", {
  host: required(HostName, "the host"),
  result: required(
    prose("Result", 40),
    "completed, failed, rejected, rolled_back, cancelled, a phase that goes on, waiting, or unreachable",
  ),
  error: optional(ErrorCode, "of a failure: its code"),
  commit: optional(prose("ShortCommit", 12), "what it resolved the revision to"),
  message: optional(prose("Message", 400), "what the host says, where it did not go well"),
});
type HostRow = Decoded<typeof HostRow.fields>;

const Deployment = struct("deployment", {
  id: required(RequestId, "of the request, for deployment_wait, deployment_get and deployment_cancel"),
  target: required(prose("ShortTarget", 255), "where it was sent to"),
  counts: required(prose("Counts", 500), "how many hosts are how"),
  hosts: required(list(object(HostRow), 2_000), "those that failed first"),
  left_out: required(
    integer("LeftOut", 0, 100_000),
    "how many hosts are not listed; deployments_list with the id has all",
  ),
});
type Deployment = Decoded<typeof Deployment.fields>;

/** `awaiting_approval`: nothing was sent; a person is to approve it. */
export const Stand = choice("Stand", ["ended", "running", "awaiting_approval", "denied", "expired"]);
type Stand = "ended" | "running" | "awaiting_approval" | "denied" | "expired";

/** What every tool answers that deploys or waits. */
export const outcomeFields = {
  state: required(
    Stand,
    "awaiting_approval: nothing was sent, a person has to approve it; running: it goes on by itself",
  ),
  deployments: required(list(object(Deployment), 64), "one for each target"),
  next: required(prose("Next", 1_000), "what to do now"),
};

/** Of so many it names each; of more they stand in the answer, and would not fit. */
export const mostNamed = 8;

/** How to look at each again. */
export const waitsFor = (ids: readonly string[]): string =>
  ids.length > mostNamed
    ? "deployment_wait with each id"
    : ids.map((id) => `deployment_wait {"id":"${id}"}`).join(", ");

export interface Outcome {
  readonly state: Stand;
  readonly deployments: readonly Deployment[];
  readonly next: string;
}

const isBad = (state: HostState): boolean =>
  state.kind === "unreachable" || (state.kind === "ended" && state.record.status !== "completed");

const wordOf = (state: HostState): string => {
  if (state.kind === "running" || state.kind === "ended") return endingOf(state.record);
  return state.kind;
};

const rowOf = ([host, state]: readonly [HostName, HostState]): HostRow => {
  const event = state.kind === "running" || state.kind === "ended" ? state.record.event : undefined;
  return known({
    ...{ host, result: wordOf(state), error: event?.error ?? undefined, commit: event?.commit?.slice(0, 12) },
    message: isBad(state) && event !== undefined ? plain(event.message.replaceAll(/\s+/g, " "), 400) : undefined,
  });
};

const rank = (state: HostState): number => (isBad(state) ? 0 : state.kind === "ended" ? 2 : 1);

const countsOf = (states: readonly HostState[]): string => {
  const words = states.map(wordOf);
  return names([...new Set(words)].map((word) => `${words.filter((one) => one === word).length} ${word}`));
};

const rowText = ({ host, result, error, commit, message }: HostRow): string =>
  [
    `  ${host} ${result}`,
    ...(error === undefined || error === result ? [] : [error]),
    ...(commit === undefined ? [] : [`at ${commit}`]),
    ...(message === undefined ? [] : [message]),
  ].join(" | ");

/** Of one deployment among so many: there has to be room for the counts of each. */
export const shortCounts = (counts: string, among: number): string =>
  plain(counts, Math.max(60, Math.min(500, Math.floor(3_000 / among))));

const headText = ({ id, target, counts }: Omit<Deployment, "hosts" | "left_out">): string =>
  `${id} on ${target}: ${counts}`;

export interface Seen {
  readonly watched: Pick<Watched, "request">;
  readonly states: HostStates;
}

/** Those that failed first. */
const sorted = (states: HostStates) =>
  [...states].sort(([a, one], [b, other]) => rank(one) - rank(other) || byText(a, b));

const headOf = ({ watched: { request }, states }: Seen, among: number): Deployment => {
  const counts = states.size === 0 ? "no host has answered" : countsOf(sorted(states).map(([, state]) => state));
  const target = shortAddress(request.address);
  return { id: request.id, target, counts: shortCounts(counts, among), hosts: [], left_out: states.size };
};

/**
 * One room for all: they have been sent, so whatever does not fit, the id and the counts of each do. What one leaves of its
 * share the next has.
 */
export const deploymentsOf = (seen: readonly Seen[]): readonly Deployment[] => {
  const heads = seen.map((one) => headOf(one, seen.length));
  let left = room - heads.reduce((sum, head) => sum + sizeOf(head, headText), 0);
  return heads.map((head, n) => {
    const rows = sorted(seen[n]?.states ?? new Map()).map(rowOf);
    const hosts = fittingIn(rows, rowText, left / (heads.length - n));
    left -= hosts.reduce((sum, row) => sum + sizeOf(row, rowText), 0);
    return { ...head, hosts, left_out: rows.length - hosts.length };
  });
};

export const outcomeText = ({ state, deployments, next }: Outcome): string =>
  [
    state,
    ...deployments.flatMap(({ hosts, left_out: leftOut, ...head }) => [
      headText(head),
      ...hosts.map(rowText),
      ...(leftOut === 0 ? [] : [`  and ${leftOut} more`]),
    ]),
    `next: ${next}`,
  ].join("\n");
