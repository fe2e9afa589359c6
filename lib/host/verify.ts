/**
 * Whether a deployment did what its action promises, by comparing store paths. Pure: it judges what the engine measured
 * before and after, and never an exit code.
 */
import type { Action, StorePath } from "../contract/values.ts";
import type { Rollback, SystemState } from "./engine.ts";

export interface Evidence {
  readonly action: Action;
  readonly built: StorePath;
  readonly before: SystemState;
  readonly after: SystemState;
}

type Links = Pick<SystemState, "running" | "boots">;

const path = (found: StorePath | undefined): string => found ?? "nothing";

const differences = (want: Links, have: Links): readonly string[] => [
  ...(have.running === want.running ? [] : [`${path(have.running)} runs instead of ${path(want.running)}`]),
  ...(have.boots === want.boots ? [] : [`${path(have.boots)} will boot instead of ${path(want.boots)}`]),
];

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

/** Every promise that was not kept, as a clause; empty when the system is as it should be. */
export const brokenPromises = (evidence: Evidence): readonly string[] =>
  differences(promised(evidence), evidence.after);

export const isUnchanged = (before: Links, after: Links): boolean => differences(before, after).length === 0;

interface Return {
  readonly action: Rollback["action"];
  readonly before: SystemState;
  readonly after: SystemState;
}

/** What of a rollback is not as it should be, as clauses: it goes back to what was to boot before, whatever ran then. */
export const brokenReturn = ({ action, before, after }: Return): readonly string[] =>
  differences({ running: action === "boot" ? before.running : before.boots, boots: before.boots }, after);

/** What is true after a rollback, as a clause that fits after the system's name. */
export const returned = (action: Rollback["action"]): string => {
  switch (action) {
    case "switch":
      return "runs and will boot again";
    case "test":
      return "runs again; what will boot is unchanged";
    case "boot":
      return "will boot again; what runs is unchanged";
  }
};

/** What runs and what will boot, as a sentence; `undefined`: the machine did not say. */
export const whatIsThere = (after: SystemState | undefined): string =>
  after === undefined
    ? "What runs now could not be seen."
    : `Now ${path(after.running)} runs and ${path(after.boots)} will boot.`;

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
      return "could activate what was built; nothing was changed";
  }
};
