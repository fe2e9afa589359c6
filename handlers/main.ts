/**
 * Composes the listener: names the adapters, binds each route to its handler, finishes what an earlier listener left, and
 * only then takes work. It ends on SIGTERM or SIGINT, with what it has in hand settled and its jobs left alone.
 */
import { join, resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Address } from "../lib/contract/address.ts";
import { type Failure, failure, failures } from "../lib/contract/failure.ts";
import type { ListenerOptions, Program } from "../lib/contract/listener-options.ts";
import { expandTemplates } from "../lib/contract/template.ts";
import { deployments, type Launch } from "../lib/host/deployments.ts";
import type { Forwarding } from "../lib/host/forward.ts";
import { freezesIn } from "../lib/host/freezes.ts";
import { jobLimitMs } from "../lib/host/limits.ts";
import { messageIds } from "../lib/host/message-ids.ts";
import { recover } from "../lib/host/recover.ts";
import { outputFile, stateDir } from "../lib/host/state-dir.ts";
import { machineTime } from "../lib/host/time.ts";
import { connectListener, type ListenerBus } from "../lib/nats/listener-bus.ts";
import { isUserKey, verifier } from "../lib/nats/verify.ts";
import { bootedAtMs } from "../lib/nix/booted-at.ts";
import { endSignal } from "../lib/nix/end-signal.ts";
import { engineOf } from "../lib/nix/engine-of.ts";
import { bootVariable, processes } from "../lib/nix/process-identity.ts";
import { type ServiceManager, takeServiceManager } from "../lib/nix/service-manager.ts";
import { launchJob, tiedJobs } from "../lib/nix/units.ts";
import { within } from "../lib/nix/within.ts";
import { inHand } from "../lib/router/in-hand.ts";
import type { MessageIds } from "../lib/router/message-ids.ts";
import type { Logger } from "../lib/router/ports.ts";
import { placeDifferences } from "../streams/host-consumer.ts";
import { announced } from "./announcing.ts";
import type { Parts } from "./envs.ts";
import { jobEnvironment } from "./job-environment.ts";
import { serviceLogger } from "./logger.ts";
import type { Metering } from "./metering.ts";
import { startServing } from "./start-serving.ts";
import { takeStateDir } from "./take-state-dir.ts";
import { vouchingOf } from "./vouching.ts";
import { waitingFor } from "./waiting.ts";

const launcher =
  ({ stateDir: root }: ListenerOptions, program: Program): Launch =>
  (order) =>
  async () =>
    launchJob({
      id: order.id,
      argv: [...program, "job", order.id, "--state-dir", root],
      outputFile: outputFile(stateDir(root).open, order.id),
      // The job ends itself at its deadlines; this is for one that cannot.
      timeoutMs: jobLimitMs(order),
      env: { ...jobEnvironment(process.env), [bootVariable]: (await processes.self()).boot },
    })();

interface Serving {
  readonly parts: Parts;
  readonly bus: ListenerBus;
  readonly logger: Logger;
  readonly manager: ServiceManager;
}

/** For what is under way when the listener is told to end; what is not told by then, the next listener tells. */
const settleMs = 3_000;

/** Without the option nothing of it is loaded, and the bus stays as it is. */
const meteringOf = async (
  options: ListenerOptions,
  ids: MessageIds,
  logger: Logger,
): Promise<Either<Failure, Metering>> => {
  const { metrics: address } = options;
  if (address === undefined) return right(async (bus) => bus);
  const [{ metering }, { listenerMetrics }, { serveMetrics }] = await Promise.all([
    import("./metering.ts"),
    import("../lib/metrics/listener.ts"),
    import("../lib/metrics/endpoint.ts"),
  ]);
  return metering({ options, address, ids, logger, adapters: { listenerMetrics, serveMetrics } });
};

interface Prepared extends Pick<Parts, "expansion" | "engine" | "ids" | "vouching"> {
  readonly metered: Metering;
}

/** Everything that does not need NATS, so that a wrong setting is told before anything is connected. */
const prepare = async (options: ListenerOptions, logger: Logger): Promise<Either<Failure, Prepared>> => {
  const expansion = expandTemplates(options.deploySubjects, options.host);
  if (isLeft(expansion))
    return left(failure("invalid_request", `The deploy subjects cannot be served: ${expansion.left}.`));
  const { stateDir: root, flakeUrl, host } = options;
  const place = { outputFile: join(root, "listener.out"), stateDir: root, timeLeftMs: () => 0, env: process.env };
  const order = { hostname: host.hostname, flake_url: flakeUrl, engine: options.engine };
  const engine = engineOf(order, place);
  if (isLeft(engine)) return left(failure("invalid_request", `${engine.left}.`));
  const taken = await takeStateDir(root, processes);
  if (isLeft(taken)) return taken;
  const ids = messageIds(host.hostname, taken.right);
  const vouching = vouchingOf(options, { isKey: isUserKey, verify: verifier(), logger, now: Date.now });
  if (isLeft(vouching)) return vouching;
  const tied = tiedJobs();
  for (const warning of [...expansion.right.skipped, ...(tied === undefined ? [] : [tied])]) logger.warn({}, warning);
  const metered = await meteringOf(options, ids, logger);
  if (isLeft(metered)) return metered;
  const found = { expansion: expansion.right, engine: engine.right, ids, vouching: vouching.right };
  return right({ ...found, metered: metered.right });
};

/** Recovers, serves until a signal, and leaves nothing half-settled. A connection that is gone for good ends it. */
const live = async (
  serving: Serving,
  forwarding: Forwarding,
  endForwarding: () => void,
): Promise<Failure | undefined> => {
  const { parts, bus, logger, manager } = serving;
  const { options, expansion } = parts;
  const hand = inHand();
  manager.livesWhile(bus.isAtWork);
  // What was left behind, and what waited, is judged by the clock of the log from the first request on.
  await bus.clock.asked;
  await recover({ forwarding, deployments: parts.deployments, logNow: bus.clock.now });
  const ended = endSignal();
  const waiting = await waitingFor(serving, hand);
  const started = await Promise.race([ended, startServing(serving, hand, waiting)]);
  if (typeof started === "object") return started;
  if (started === undefined) {
    manager.ready(`serving ${expansion.addresses.join(", ")}`);
    logger.info({ addresses: expansion.addresses, engine: options.engine, version: options.version }, "listening");
  }
  const reason = await Promise.race([ended, bus.closed]);
  if (typeof reason !== "string") return reason;
  manager.stopping();
  logger.info({ signal: reason }, "stopping; a deployment that runs goes on, and the next listener reports it");
  // First of all: a job that waits for the word of a listener needs that of one that stays.
  endForwarding();
  waiting.stop();
  await bus.work.stop();
  await within(hand.settled(), settleMs);
  return undefined;
};

/** How long a job may take from its launch to its claim. */
const startGraceMs = 30_000;

const forwardingOf = (
  { stateDir: root, host, heartbeatMs }: ListenerOptions,
  { log, live: publishing }: ListenerBus,
  logger: Logger,
  ids: MessageIds,
): Forwarding => ({
  ...{ dir: stateDir(root), host, log, ids, live: publishing, logger, processes },
  ...{ now: Date.now, passedMs: machineTime.passedMs, heartbeatMs, startGraceMs },
});

/** Waits for a server for as long as it takes. */
const joined = (options: ListenerOptions, addresses: readonly Address[], logger: Logger, manager: ServiceManager) => {
  const differences = placeDifferences(options.host.hostname, addresses);
  const warn = manager.heard((fields, sentence) => logger.warn(fields, sentence));
  return connectListener({ ...options, addresses, differences, logger: { warn } })();
};

/** Resolves to an exit code. */
export const runListener = async (given: ListenerOptions, program: Program): Promise<number> => {
  // A job starts in another folder.
  const options = { ...given, stateDir: resolve(given.stateDir) };
  const logger = serviceLogger({ hostname: options.host.hostname }, options.debug);
  const end = ({ code, message }: Failure): number => {
    logger.error({ code }, message);
    return failures[code].exit;
  };
  const manager = takeServiceManager(process.env, (sentence) => logger.warn({}, sentence));
  const prepared = await prepare(options, logger);
  if (isLeft(prepared)) return end(prepared.left);
  const { expansion, engine, ids, vouching, metered } = prepared.right;
  const connected = await joined(options, expansion.addresses, logger, manager);
  if (isLeft(connected)) return end(connected.left);
  const bus = announced(
    { options, expansion, engine, deployments: () => tasks, freezes: () => freezes, bootedAtMs },
    await metered(connected.right, () => tasks),
    logger,
  );
  const stop = new AbortController();
  const forwarding: Forwarding = forwardingOf(options, bus, logger, ids);
  const tasks = deployments(forwarding, launcher(options, program), stop.signal);
  const now = bus.clock.now;
  const freezes = freezesIn({ ...options, root: options.stateDir, addresses: expansion.addresses, now });
  const held = { log: bus.log, clock: bus.clock, deployments: tasks, freezes, vouching };
  const parts: Parts = { options, expansion, engine, ids, ...held };
  try {
    const failed = await live({ parts, bus, logger, manager }, forwarding, () => stop.abort());
    return failed === undefined ? 0 : end(failed);
  } catch (thrown) {
    return end(failure("internal", thrown instanceof Error ? thrown.message : String(thrown)));
  } finally {
    stop.abort();
    await within(tasks.settled(), settleMs);
    // What still asks a server that does not answer is given up with its connection.
    await bus.close();
    await tasks.settled();
  }
};
