/** What each handler of a listener may touch, made from the parts of the listener. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { ListenerOptions } from "../lib/contract/listener-options.ts";
import type { Expansion } from "../lib/contract/template.ts";
import { answeredBefore } from "../lib/host/answered.ts";
import type { Deployments } from "../lib/host/deployments.ts";
import type { Engine } from "../lib/host/engine.ts";
import type { MessageIds } from "../lib/router/message-ids.ts";
import type { LogReader } from "../lib/router/ports.ts";
import type { DeployEnv } from "./deploy.ts";
import type { DiscoverEnv } from "./discover.ts";
import type { Vouching } from "./vouching.ts";

export interface Parts {
  readonly options: ListenerOptions;
  readonly expansion: Expansion;
  readonly log: Pick<LogReader, "last">;
  readonly ids: MessageIds;
  readonly engine: Engine;
  readonly deployments: Deployments;
  readonly vouching: Vouching;
}

export const deployEnv = ({ options, log, engine, deployments: tasks, vouching }: Parts): DeployEnv => ({
  host: options.host,
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
  now: Date.now,
  deployments: tasks,
  answeredBefore: answeredBefore({ host: options.host, takenAs: tasks.takenAs, log }),
  remembered: vouching.remembered,
  current: async () => {
    const state = await engine.state()();
    return isLeft(state) ? undefined : state.right.running;
  },
});

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
