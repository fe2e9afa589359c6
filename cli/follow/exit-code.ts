/** What the command's exit code says of a following. A failed host outweighs all that is merely not known yet. */
import { failures } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { HostState } from "../../streams/progress.ts";
import { exits } from "../exits.ts";
import { type ControlOutcome, controlOutcome } from "./control-text.ts";
import type { Observed } from "./watched.ts";

type Verdict = ControlOutcome["verdict"];

const verdictOf = (observed: Observed, host: HostName, state: HostState): Verdict => {
  const control = controlOutcome(observed, host, state);
  if (control !== undefined) return control.verdict;
  if (state.kind !== "ended") return "open";
  return state.record.status === "completed" ? "done" : "failed";
};

export const exitCode = (all: readonly Observed[]): number => {
  if (all.some(({ result }) => result.end === "aborted")) return exits.interrupted;
  const verdicts = all.flatMap((observed) =>
    [...observed.result.states].map(([host, state]) => verdictOf(observed, host, state)),
  );
  if (verdicts.includes("failed")) return exits.failed;
  const unread = all.find(({ result }) => result.failure !== undefined)?.result.failure;
  if (unread !== undefined) return failures[unread.code].exit;
  const isEmpty = all.some(({ result }) => result.states.size === 0);
  return !isEmpty && verdicts.every((verdict) => verdict === "done") ? exits.done : exits.stillWaiting;
};
