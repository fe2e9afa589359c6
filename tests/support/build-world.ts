/** A builder on the memory bus with an engine that a test scripts, so that it can be stopped in the middle and begun again. */
import { left, right } from "fp-ts/lib/Either.js";
import { type BuildEnv, handleBuild } from "../../handlers/build.ts";
import { type BuildsServing, serveBuilds } from "../../handlers/serve-builds.ts";
import type { BuildLimits } from "../../lib/contract/builder-options.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Repo } from "../../lib/contract/names.ts";
import { messageIds } from "../../lib/host/message-ids.ts";
import type { HostBuild, RepoEngine } from "../../lib/host/repo-engine.ts";
import { machineTime } from "../../lib/host/time.ts";
import type { LogWriter } from "../../lib/router/ports.ts";
import { commit, fit, keepingLogger, requester, storePath } from "./fixtures.ts";
import type { MemoryLog } from "./memory-bus.ts";

export const nixos = fit(Repo, "nixos");
export const ci = requester("ci");

export const roomy: BuildLimits = { resolveMs: 1_000, hostMs: 60_000, requestMs: 60_000, maxParallel: 2 };

/** Of the hosts that it is given it builds all but those that a test lets fail. */
export const scriptedEngine = (
  names: readonly string[],
  build: (build: HostBuild) => Promise<Failure | undefined> = async () => undefined,
): RepoEngine => ({
  simulated: false,
  resolve: (revision) => async () =>
    revision === "nowhere"
      ? left(failure("revision_not_found", "There is no nowhere."))
      : right({ commit: commit("a"), ref: "refs/heads/main" }),
  configurations: () => async () => right(names),
  build: (one) => async () => {
    const failed = await build(one);
    return failed === undefined ? right(storePath(`nixos-system-${one.host}`)) : left(failed);
  },
  tail: async (host) => [`the last of ${host}`],
});

export interface ServedLog {
  readonly memory: MemoryLog;
  readonly stop: () => void;
  readonly served: ReturnType<typeof serveBuilds>;
}

/** Begins to take what is asked of builders; `idle`: it is handed only what a test hands it. */
export const servedOn = (
  memory: MemoryLog,
  engine: RepoEngine,
  changes: Partial<BuildsServing> & {
    readonly append?: LogWriter["append"];
    readonly limits?: BuildLimits;
    readonly idle?: boolean;
  } = {},
): ServedLog => {
  const { log, work } = memory.builder();
  const stop = new AbortController();
  const { append = log.append, limits = roomy, idle = false, ...rest } = changes;
  const env: Omit<BuildEnv, "tell"> = {
    ...{ engine, limits, time: machineTime, isStopped: () => stop.signal.aborted, allowed: [] },
    onHost: () => undefined,
  };
  const served = serveBuilds({
    ...{ builder: ci, repos: [{ name: nixos, url: "", hosts: [] }], queueMs: 3_600_000, simulated: false },
    ...{ now: Date.now, logNow: Date.now, time: machineTime, ids: messageIds(ci, Buffer.alloc(32)) },
    ...{ log: { ...log, append }, live: memory.bus().live, logger: keepingLogger() },
    meter: { ended: () => undefined, host: () => undefined },
    stopped: stop.signal,
    build: (order, tell) => handleBuild(order, { ...env, tell }),
    ...rest,
  });
  if (!idle) void work.start(served.take)();
  return {
    memory,
    served,
    stop: () => {
      stop.abort();
      void work.stop();
      served.handBack();
    },
  };
};
