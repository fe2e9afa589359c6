/**
 * Whether a deployment did what its action promises, by comparing store paths. Pure: it judges what the engine measured
 * before and after, and never an exit code.
 */
import type { Action, StorePath } from "../contract/values.ts";
import type { SystemState } from "./engine.ts";

export interface Evidence {
  readonly action: Action;
  readonly built: StorePath;
  readonly before: SystemState;
  readonly after: SystemState;
}

type Links = Pick<SystemState, "running" | "boots">;

/** What must run and what must boot after each action. */
const promised = ({ action, built, before }: Evidence): Links => {
  switch (action) {
    case "switch":
      return { running: built, boots: built };
    case "boot":
      return { running: before.running, boots: built };
    case "test":
      return { running: built, boots: before.boots };
    case "dry-activate":
      return { running: before.running, boots: before.boots };
  }
};

const path = (found: StorePath | undefined): string => found ?? "nothing";

/** Every promise that was not kept, as a clause; empty when the system is as it should be. */
export const brokenPromises = (evidence: Evidence): readonly string[] => {
  const want = promised(evidence);
  const have = evidence.after;
  return [
    ...(have.running === want.running ? [] : [`${path(have.running)} runs instead of ${path(want.running)}`]),
    ...(have.boots === want.boots ? [] : [`${path(have.boots)} will boot instead of ${path(want.boots)}`]),
  ];
};

/** What is true after an activation that failed, as a sentence; `undefined`: the machine did not say. */
export const aftermath = (
  { built, before }: Omit<Evidence, "action" | "after">,
  after: SystemState | undefined,
): string => {
  if (after === undefined) return "What runs now could not be seen; look at the host before deploying again.";
  if (after.running !== before.running) {
    return after.running === built
      ? "The new system runs all the same; look at what failed and deploy again, or deploy what ran before."
      : `Now ${path(after.running)} runs, which is neither what was built nor what ran before.`;
  }
  return after.boots === built && before.boots !== built
    ? "What ran before still runs, but the new system will boot."
    : "What ran before still runs.";
};

/** What is true now, as a sentence for people. */
export const success = (action: Action, after: SystemState): string => {
  const generation = after.generation === undefined ? "" : ` as generation ${after.generation}`;
  switch (action) {
    case "switch":
      return `runs and will boot what was built${generation}`;
    case "boot":
      return `will boot what was built${generation}; what runs is unchanged`;
    case "test":
      return "runs what was built; what will boot is unchanged";
    case "dry-activate":
      return "what was built could be activated; nothing was changed";
  }
};
