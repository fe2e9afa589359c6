/**
 * Whether a job still has something to say. A job that is gone without a last word is closed as `interrupted`: by taking
 * its claim if nobody has it, so that it cannot start any more, and only when its holder is dead if somebody has.
 */
import type { RequestId } from "../contract/values.ts";
import { claim, claimant } from "./claim.ts";
import type { Processes, ProcessIdentity } from "./holder-file.ts";

const same = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.pid === b.pid && a.started === b.started && a.boot === b.boot;

/** `prevented`: this process shut the door before the job came, so it never ran. */
export type JobState = "running" | "starting" | "prevented" | "gone";

export const jobState = async (dir: string, id: RequestId, processes: Processes): Promise<JobState> => {
  const holder = await claimant(dir, id);
  if (holder === "none") return "starting";
  if (holder === "unreadable") return "gone";
  if (same(holder, await processes.self())) return "prevented";
  return (await processes.alive(holder)) ? "running" : "gone";
};

/** True: the job will never run, because this process holds its claim now. */
export const preventStart = async (dir: string, id: RequestId, processes: Processes): Promise<boolean> =>
  claim(dir, id, await processes.self());
