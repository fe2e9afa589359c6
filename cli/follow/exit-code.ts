/** What the command's exit code says of a following. A failed host outweighs all that is merely not known yet. */
import { failures } from "../../lib/contract/failure.ts";
import type { HostState } from "../../streams/progress.ts";
import { exits } from "../exits.ts";
import type { Observed } from "./watched.ts";

const states = (all: readonly Observed[]): readonly HostState[] =>
  all.flatMap(({ result }) => [...result.states.values()]);

const completed = (state: HostState): boolean => state.kind === "ended" && state.record.status === "completed";

export const exitCode = (all: readonly Observed[]): number => {
  if (all.some(({ result }) => result.end === "aborted")) return exits.interrupted;
  if (states(all).some((state) => state.kind === "ended" && !completed(state))) return exits.failed;
  const unread = all.find(({ result }) => result.failure !== undefined)?.result.failure;
  if (unread !== undefined) return failures[unread.code].exit;
  const isEmpty = all.some(({ result }) => result.states.size === 0);
  return !isEmpty && states(all).every(completed) ? exits.done : exits.stillWaiting;
};
