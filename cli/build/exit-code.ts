/** What the command's exit code says of builds that were watched, as cli/follow/exit-code.ts does of deployments. */
import { failures } from "../../lib/contract/failure.ts";
import { exits } from "../exits.ts";
import { expectedHosts, type ObservedBuild } from "./watched.ts";

/** That a builder calls it completed is not enough: every host that it names or that was asked for has to be built. */
export const isBuilt = (observed: ObservedBuild): boolean => {
  const { ended, newest, hosts } = observed.result.progress;
  const isMissing = expectedHosts(observed).some((host) => !hosts.has(host));
  const areBuilt = [...hosts.values()].every(({ outcome }) => outcome === "built");
  return ended && newest?.status === "completed" && areBuilt && !isMissing;
};

export const buildExit = (all: readonly ObservedBuild[]): number => {
  const results = all.map(({ result }) => result);
  if (results.some(({ end }) => end === "aborted")) return exits.interrupted;
  if (all.some((observed) => observed.result.progress.ended && !isBuilt(observed))) return exits.failed;
  const unread = results.find(({ failure }) => failure !== undefined)?.failure;
  if (unread !== undefined) return failures[unread.code].exit;
  return all.every(isBuilt) ? exits.done : exits.stillWaiting;
};
