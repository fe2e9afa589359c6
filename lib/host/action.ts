/** What follows from an action, said in one place. */
import type { Action } from "../contract/values.ts";

/** Only a system that runs afterwards can be healthy, or keep its listener from the log. */
export const isHealthChecked = (action: Action): boolean => {
  switch (action) {
    case "switch":
    case "test":
      return true;
    case "boot":
    case "dry-activate":
      return false;
  }
};
