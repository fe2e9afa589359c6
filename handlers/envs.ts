/** What each handler of a listener may touch, made from the parts of the listener. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { ListenerOptions } from "../lib/contract/listener-options.ts";
import type { Expansion } from "../lib/contract/template.ts";
import { answeredBefore } from "../lib/host/answered.ts";
import { type Cancelling, cancelOn } from "../lib/host/cancel.ts";
import { decisionOf } from "../lib/host/decision.ts";
import type { Deployments } from "../lib/host/deployments.ts";
import type { Engine } from "../lib/host/engine.ts";
import type { Freezes } from "../lib/host/freezes.ts";
import { stateDir } from "../lib/host/state-dir.ts";
import type { MessageIds } from "../lib/router/message-ids.ts";
import type { LogClock, LogReader } from "../lib/router/ports.ts";
import type { CancelEnv } from "./cancel.ts";
import type { DeployEnv } from "./deploy.ts";
import type { DiscoverEnv } from "./discover.ts";
import type { FreezeEnv } from "./freeze.ts";
import type { Vouching } from "./vouching.ts";

export interface Parts {
  readonly options: ListenerOptions;
  readonly expansion: Expansion;
  readonly log: Pick<LogReader, "last">;
  readonly clock: Pick<LogClock, "now">;
  readonly freezes: Freezes;
  readonly ids: MessageIds;
  readonly engine: Engine;
  readonly deployments: Deployments;
  readonly vouching: Vouching;
}

/** What every request that the log carries is judged by. */
const commonEnv = ({ options, log, clock, deployments: tasks, vouching }: Parts) => ({
  host: options.host,
  now: Date.now,
  logNow: clock.now,
  answeredBefore: answeredBefore({ host: options.host, takenAs: tasks.takenAs, log }),
  remembered: vouching.remembered,
});

/** What a deployment that is taken is ordered with. */
const ordering = ({ options, engine, deployments: tasks }: Parts) => ({
  settings: {
    flake_url: options.flakeUrl,
    engine: options.engine,
    timeout_ms: options.timeoutMs,
    resolve_ms: options.deadlines.resolveMs,
    build_ms: options.deadlines.buildMs,
    activate_ms: options.deadlines.activateMs,
    verify_ms: options.deadlines.verifyMs,
    confirm_ms: options.deadlines.confirmMs,
    health_checks: options.healthChecks,
    root: options.stateDir,
  },
  deployments: tasks,
  current: async () => {
    const state = await engine.state()();
    return isLeft(state) ? undefined : state.right.running;
  },
});

export const deployEnv = (parts: Parts): DeployEnv => ({
  ...commonEnv(parts),
  ...ordering(parts),
  queueMs: parts.options.queueMs,
  rollback: parts.options.rollback,
  decisionOf: (id) => decisionOf(stateDir(parts.options.stateDir).open, id),
  freezes: parts.freezes,
});

export const controlEnv = (parts: Parts, waits: Cancelling["waits"]): CancelEnv & FreezeEnv => {
  const { options, engine, deployments: tasks, freezes } = parts;
  const { hostname } = options.host;
  return {
    ...commonEnv(parts),
    simulated: engine.simulated,
    freezes,
    cancel: cancelOn({ dir: stateDir(options.stateDir), hostname, deployments: tasks, waits }),
  };
};

export const discoverEnv = ({ options, expansion, engine, deployments: tasks }: Parts): DiscoverEnv => ({
  about: () => {
    const running = tasks.running();
    return {
      hostname: options.host.hostname,
      tier: options.host.tier,
      roles: options.host.roles,
      deploy_subjects: expansion.addresses,
      version: options.version as NonNullable<ReturnType<DiscoverEnv["about"]>["version"]>,
      ...(running === undefined ? {} : { deploying: running.id }),
      ...(engine.simulated ? { simulated: true } : {}),
    };
  },
});
