/** The jobs of a host that run now. A job outlives its listener by design, so whoever wants a host gone has to end them. */
import { claimant } from "./claim.ts";
import type { Processes, ProcessIdentity } from "./holder-file.ts";
import { journalIds, stateDir } from "./state-dir.ts";

/** None where there is no state folder. */
export const liveJobs = async (root: string, processes: Processes): Promise<readonly ProcessIdentity[]> => {
  const dir = stateDir(root).open;
  const ids = await journalIds(dir).catch(() => []);
  const holders = await Promise.all(ids.map((id) => claimant(dir, id)));
  const identities = holders.filter((holder) => typeof holder === "object");
  const alive = await Promise.all(identities.map((identity) => processes.alive(identity)));
  return identities.filter((_, index) => alive[index]);
};
