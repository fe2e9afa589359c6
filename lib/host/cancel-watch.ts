/** The news that a request was decided to be cancelled, for the job that works on it. */
import type { RequestId } from "../contract/values.ts";
import { changesOf } from "./changes.ts";
import { type Decision, decisionOf } from "./decision.ts";
import { pause } from "./pause.ts";

/** The kernel says at once that a decision was made, but such a notice may be missed. */
const askAgainMs = 500;
/** A command that floods its output beside it makes as many notices. */
const atMostEveryMs = 20;

/** A disk that does not answer now is asked again. */
const madeBy = (dir: string, id: RequestId): Decision | undefined => {
  try {
    return decisionOf(dir, id);
  } catch {
    return undefined;
  }
};

/** Never resolves when the signal aborts, or when the decision is another. */
export const untilCancelled = async (dir: string, id: RequestId, signal: AbortSignal): Promise<Decision> => {
  const changes = changesOf(dir, signal);
  try {
    while (!signal.aborted) {
      const made = madeBy(dir, id);
      if (made?.kind === "cancel") return made;
      if (made !== undefined) break;
      await changes.next(askAgainMs);
      await pause(atMostEveryMs, signal);
    }
  } finally {
    changes.close();
  }
  return new Promise(() => {});
};
