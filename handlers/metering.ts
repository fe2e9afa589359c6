/** What a listener shows of itself, where its options ask for that: only then is this file loaded. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { ListenerOptions } from "../lib/contract/listener-options.ts";
import type { MetricsAddress } from "../lib/contract/metrics-address.ts";
import type { Deployments } from "../lib/host/deployments.ts";
import { lookAtNewest, outcomesOf } from "../lib/host/outcome-counts.ts";
import { stateDir } from "../lib/host/state-dir.ts";
import { machineTime } from "../lib/host/time.ts";
import type { MessageIds } from "../lib/router/message-ids.ts";
import type { ListenerMetrics } from "../lib/router/metering.ts";
import type { Logger, LogReader, LogWriter } from "../lib/router/ports.ts";

interface Metered {
  readonly log: LogWriter & Pick<LogReader, "last">;
  readonly isUp: () => boolean;
  readonly lag: () => TaskEither<Failure, number>;
  readonly close: () => Promise<void>;
}

/** The same bus, of whose use the metrics tell; they end with it. What an earlier listener could not count is counted first. */
export type Metering = <B extends Metered>(bus: B, deployments: () => Pick<Deployments, "running">) => Promise<B>;

interface MeteringEnv {
  readonly options: Pick<ListenerOptions, "host" | "version" | "stateDir">;
  readonly address: MetricsAddress;
  readonly ids: MessageIds;
  readonly logger: Logger;
  readonly adapters: ListenerMetrics;
}

interface Watched {
  readonly bus: Metered;
  readonly deployments: () => Pick<Deployments, "running">;
}

/** Left: nobody can listen at that address. What was counted before is there before anybody can ask for it. */
export const metering = async ({
  options,
  address,
  ids,
  logger,
  adapters,
}: MeteringEnv): Promise<Either<Failure, Metering>> => {
  const { host, version } = options;
  const { listenerMetrics, serveMetrics } = adapters;
  let watched: Watched | undefined;
  const isUp = (): boolean => watched?.bus.isUp() === true;
  const meter = listenerMetrics({
    ...{ host, version, isUp },
    isDeploying: () => watched?.deployments().running() !== undefined,
    lag: async () => {
      const asked = isUp() ? await watched?.bus.lag()() : undefined;
      return asked === undefined || isLeft(asked) ? undefined : asked.right;
    },
  });
  const { passedMs } = machineTime;
  const outcomes = await outcomesOf({ dir: stateDir(options.stateDir), host, ids, meter, logger, passedMs });
  const served = await serveMetrics({
    ...{ address, shown: meter.shown },
    trouble: () => (isUp() ? undefined : "not connected to NATS"),
    notice: (sentence) => logger.warn({}, sentence),
  });
  if (isLeft(served)) return served;
  logger.info({ url: served.right.url }, "metrics are shown");
  return right(async (bus, deployments) => {
    const log = outcomes.counting(bus.log);
    await lookAtNewest({ host, log });
    watched = { bus, deployments };
    const close = async (): Promise<void> => {
      await served.right.close();
      await bus.close();
    };
    return { ...bus, log, close };
  });
};
