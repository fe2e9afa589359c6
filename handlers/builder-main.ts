/**
 * Composes the builder: names the adapters, and serves what is asked of builders until it is told to end. It keeps nothing that
 * matters: told to end, it ends the commands of a build and hands the request back, for whoever comes next.
 */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { BuilderOptions } from "../lib/contract/builder-options.ts";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure, failures } from "../lib/contract/failure.ts";
import type { Repo } from "../lib/contract/names.ts";
import { hostSecret, messageIds } from "../lib/host/message-ids.ts";
import type { RepoEngine } from "../lib/host/repo-engine.ts";
import { becomeSoleListener } from "../lib/host/sole-listener.ts";
import { machineTime } from "../lib/host/time.ts";
import { connectBuilder } from "../lib/nats/builder-bus.ts";
import { endSignal } from "../lib/nix/end-signal.ts";
import { endCommands } from "../lib/nix/process.ts";
import { processes } from "../lib/nix/process-identity.ts";
import { repoEngine } from "../lib/nix/repo-engine.ts";
import { within } from "../lib/nix/within.ts";
import type { BuilderBus, BuildMeter } from "../lib/router/building.ts";
import type { Logger } from "../lib/router/ports.ts";
import { builderDifferences } from "../streams/builder-consumer.ts";
import { handleBuild } from "./build.ts";
import { serviceLogger } from "./logger.ts";
import { type BuildsServing, type ServedBuilds, serveBuilds } from "./serve-builds.ts";

type Engines = ReadonlyMap<Repo, RepoEngine>;

/** Everything that does not need NATS, so that a wrong setting is told before anything is connected. */
const enginesOf = ({ repos, engine: kind, stateDir }: BuilderOptions): Either<Failure, Engines> => {
  const engines = new Map<Repo, RepoEngine>();
  for (const repo of repos) {
    const made = repoEngine(repo, { kind, stateDir, env: process.env });
    if (isLeft(made))
      return left(failure("invalid_request", `The repository ${repo.name} is of no use: ${made.left}.`));
    engines.set(repo.name, made.right);
  }
  return right(engines);
};

/** Right: the folder is there and this process's alone. What comes back is its secret. */
const takeFolder = async (dir: string): Promise<Either<Failure, Buffer>> => {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const sole = await becomeSoleListener(dir, processes, "builder");
    return isLeft(sole) ? sole : right(await hostSecret(dir));
  } catch (thrown) {
    const why = causeOf(thrown);
    return left(
      failure("internal", `The state folder cannot be used: ${why}. Give another with --state-dir, or mend it.`),
    );
  }
};

interface Metering {
  readonly meter: BuildMeter;
  readonly close: () => Promise<void>;
}

const unmetered: Metering = {
  meter: { ended: () => undefined, host: () => undefined },
  close: async () => undefined,
};

/** Loaded for who asked for metrics. */
const metering = async (
  { metrics: address, repos, requester: builder, version }: BuilderOptions,
  bus: BuilderBus,
  isBuilding: () => boolean,
  logger: Logger,
): Promise<Either<Failure, Metering>> => {
  if (address === undefined) return right(unmetered);
  const [{ builderMetrics }, { serveMetrics }] = await Promise.all([
    import("../lib/metrics/builder.ts"),
    import("../lib/metrics/endpoint.ts"),
  ]);
  const names = repos.map(({ name }) => name);
  const meter = builderMetrics({ builder, version, repos: names, isUp: bus.isUp, isBuilding });
  const trouble = () => (bus.isUp() ? undefined : "not connected to NATS");
  const notice = (sentence: string): void => logger.warn({}, sentence);
  const served = await serveMetrics({ address, shown: meter.shown, trouble, notice });
  if (isLeft(served)) return served;
  logger.info({ url: served.right.url }, "metrics are shown");
  return right({ meter, close: served.right.close });
};

interface Parts {
  readonly options: BuilderOptions;
  readonly engines: Engines;
  readonly bus: BuilderBus;
  readonly secret: Buffer;
  readonly logger: Logger;
  readonly meter: BuildMeter;
  readonly stopped: AbortSignal;
}

const servingOf = ({ options, engines, bus, secret, logger, meter, stopped }: Parts): BuildsServing => {
  const { requester: builder, repos, queueMs, limits, engine } = options;
  const isStopped = (): boolean => stopped.aborted;
  return {
    ...{ builder, repos, queueMs, logger, meter, stopped, log: bus.log, live: bus.live },
    ...{ now: Date.now, logNow: bus.clock.now, time: machineTime, ids: messageIds(builder, secret) },
    simulated: engine === "simulated",
    build: async (order, tell) => {
      const repo = engines.get(order.repo);
      const allowed = repos.find(({ name }) => name === order.repo)?.hosts ?? [];
      if (repo === undefined) throw new Error(`no engine for ${order.repo}`);
      const onHost = (outcome: Parameters<BuildMeter["host"]>[1]): void => meter.host(order.repo, outcome);
      return handleBuild(order, { engine: repo, limits, time: machineTime, isStopped, allowed, tell, onHost });
    },
  };
};

/** How often the log is told that a build goes on: it waits for a minute. */
const workingMs = 20_000;

const endMs = 3_000;

/** Until a signal, or the connection has ended for good. */
const live = async (
  { options, bus, logger }: Parts,
  builds: ServedBuilds,
  stop: AbortController,
): Promise<Failure | undefined> => {
  await bus.clock.asked;
  const ended = endSignal();
  const started = await Promise.race([ended, bus.work.start(builds.take)()]);
  if (typeof started === "object" && isLeft(started)) return started.left;
  const beat = setInterval(builds.working, workingMs);
  if (typeof started === "object") {
    const repos = options.repos.map(({ name }) => name);
    logger.info({ repos, engine: options.engine, version: options.version }, "listening");
  }
  const reason = await Promise.race([ended, bus.closed]);
  clearInterval(beat);
  stop.abort();
  if (typeof reason !== "string") return reason;
  logger.info({ signal: reason }, "stopping; a build that runs is ended, and begun again by the next builder");
  // First of all: what is handed back now is not for this builder.
  const stopping = bus.work.stop();
  builds.handBack();
  await Promise.all([endCommands(), within(stopping, endMs)]);
  return undefined;
};

/** Resolves to an exit code. */
export const runBuilder = async (given: BuilderOptions): Promise<number> => {
  // Commands run in another folder.
  const options = { ...given, stateDir: resolve(given.stateDir) };
  const logger = serviceLogger({ builder: options.requester }, options.debug);
  const end = ({ code, message }: Failure): number => {
    logger.error({ code }, message);
    return failures[code].exit;
  };
  const engines = enginesOf(options);
  if (isLeft(engines)) return end(engines.left);
  const secret = await takeFolder(options.stateDir);
  if (isLeft(secret)) return end(secret.left);
  const connected = await connectBuilder({ ...options, differences: builderDifferences, logger })();
  if (isLeft(connected)) return end(connected.left);
  const bus = connected.right;
  let builds: ServedBuilds | undefined;
  const metered = await metering(options, bus, () => builds?.isBuilding() === true, logger);
  if (isLeft(metered)) return bus.close().then(() => end(metered.left));
  const stop = new AbortController();
  const parts: Parts = {
    ...{ options, engines: engines.right, bus, secret: secret.right, logger },
    ...{ meter: metered.right.meter, stopped: stop.signal },
  };
  builds = serveBuilds(servingOf(parts));
  try {
    const failed = await live(parts, builds, stop);
    return failed === undefined ? 0 : end(failed);
  } finally {
    stop.abort();
    // What a build begins after its commands were ended would outlive it.
    await endCommands();
    await metered.right.close();
    await bus.close();
  }
};
