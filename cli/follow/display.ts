/** How a command shows what happens while it waits: a live picture, a line for each step, JSON lines, or nothing. */
import type { FollowEvent } from "../../streams/follow.ts";
import type { Watched } from "./watched.ts";

export interface Display {
  readonly show: (watched: Watched, event: FollowEvent) => void;
  /** Leaves the terminal as it should stay. */
  readonly close: () => void;
}

export const silent: Display = { show: () => {}, close: () => {} };
