/** How a command shows a build while it waits: see cli/follow/display.ts. */
import type { HostName } from "../../lib/contract/names.ts";
import type { BuildFollowEvent } from "../../streams/build-follow.ts";
import type { Step } from "../follow/watched.ts";
import { behindText, buildStep, type WatchedBuild } from "./watched.ts";

export interface BuildDisplay {
  readonly show: (watched: WatchedBuild, event: BuildFollowEvent) => void;
  /** Leaves the terminal as it should stay. */
  readonly close: () => void;
}

export const silent: BuildDisplay = { show: () => {}, close: () => {} };

const messages = { away: "no builder is there", silent: "no builder has answered" } as const;

/** What an event is of a host, or of the build as a whole. */
export const buildStepOf = (
  watched: WatchedBuild,
  event: Exclude<BuildFollowEvent, { readonly kind: "stalled" }>,
  nowMs: number,
): Step<HostName | undefined> => {
  if (event.kind === "response") return buildStep(event.record);
  const whole = { key: `${watched.request.seq} `, host: undefined, atMs: nowMs, simulated: false };
  if (event.kind === "queued") return { ...whole, word: "waiting", message: `behind ${behindText(event.behind)}` };
  return { ...whole, word: "unreachable", message: messages[event.why] };
};
