/** Composes the alerter: names the adapters, and ends on SIGTERM or SIGINT with what it has in hand settled. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { serviceLogger } from "../../handlers/logger.ts";
import { logAge } from "../../lib/contract/alert.ts";
import { builtInRules } from "../../lib/contract/alert-rules.ts";
import type { AlerterOptions } from "../../lib/contract/alerter-options.ts";
import { type Failure, failures } from "../../lib/contract/failure.ts";
import type { RuleName } from "../../lib/contract/names.ts";
import { connectAlerter } from "../../lib/nats/alerter-bus.ts";
import { endSignal } from "../../lib/nix/end-signal.ts";
import { alertCommand } from "../../lib/nix/foreign-command.ts";
import { type ServiceManager, takeServiceManager } from "../../lib/nix/service-manager.ts";
import { within } from "../../lib/nix/within.ts";
import type { AlerterBus, AlertMeter } from "../../lib/router/alerting.ts";
import type { Logger } from "../../lib/router/ports.ts";
import { sinkPort } from "../../lib/sinks/sink-port.ts";
import { type AlerterParts, alerter } from "./alerter.ts";
import { builtInRule } from "./built-in.ts";
import { currentLedger } from "./current-ledger.ts";
import { fleetCounts } from "./fleet-counts.ts";
import { noMeter } from "./no-meter.ts";

/** A listener announces itself every minute: one that is there has done so twice by then. */
const settleMs = 150_000;

/** What is in hand at the end: a sink answers within half a minute. */
const endMs = 40_000;

interface Metering extends Pick<AlerterParts, "onTick"> {
  readonly meter: AlertMeter;
  readonly close: () => Promise<void>;
}

const unmetered: Metering = { meter: noMeter, onTick: () => undefined, close: async () => undefined };

/** Loaded for who asked for metrics. */
const metering = async (
  { rules, version, metrics: address }: AlerterOptions,
  bus: AlerterBus,
  ledger: AlerterParts["ledger"],
  logger: Logger,
): Promise<Either<Failure, Metering>> => {
  if (address === undefined) return right(unmetered);
  const [{ alerterMetrics }, { serveMetrics }] = await Promise.all([
    import("../../lib/metrics/alerter.ts"),
    import("../../lib/metrics/endpoint.ts"),
  ]);
  const { log, roster, clock } = bus;
  const counts = (meter: Parameters<typeof fleetCounts>[0]["meter"]) =>
    fleetCounts({ log, roster, meter, now: clock.now });
  const sinks = async () => {
    const known = await ledger();
    return isLeft(known) ? [] : known.right.sinks();
  };
  const { meter, ticked, shown } = alerterMetrics({ rules, version, bus, counts, sinks });
  const trouble = () => (bus.isUp() ? undefined : "The connection to NATS is down.");
  const served = await serveMetrics({ address, shown, trouble, notice: (sentence) => logger.warn({}, sentence) });
  if (isLeft(served)) return served;
  logger.info({ url: served.right.url }, "metrics are shown");
  // Whoever asks first need not wait until the whole log is counted.
  void shown.text();
  return right({ meter, onTick: ticked, close: served.right.close });
};

const partsOf = (
  { rules, tickMs, requester, version }: AlerterOptions,
  { bus, ledger, logAge: age, logger }: Pick<AlerterParts, "bus" | "ledger" | "logAge" | "logger">,
  { meter, onTick }: Metering,
): AlerterParts => {
  const recovering = new Set(
    [...rules.rules, ...builtInRules.map((name) => builtInRule(name, rules))]
      .filter(({ recovery }) => recovery)
      .map(({ name }) => name),
  );
  const env = {
    ...{ env: process.env, now: Date.now, meter, runCommand: alertCommand(process.env) },
    recovers: (rule: RuleName) => recovering.has(rule),
  };
  const sinks = rules.sinks.map((sink) => sinkPort(sink, env));
  return { bus, ledger, logAge: age, rules, requester, version, sinks, meter, logger, tickMs, settleMs, onTick };
};

/** Until a signal, or the connection has ended for good. */
const live = async (
  options: AlerterOptions,
  parts: AlerterParts,
  manager: ServiceManager,
): Promise<Failure | undefined> => {
  const { bus, logger, rules } = parts;
  const { start, stop } = alerter(parts);
  const ended = endSignal();
  const started = await Promise.race([ended, start()]);
  if (typeof started === "object" && isLeft(started)) return started.left;
  if (typeof started === "object") {
    const { version } = options;
    manager.ready(`telling ${rules.sinks.map(({ name }) => name).join(", ")}`);
    logger.info({ rules: rules.rules.length, sinks: rules.sinks.map(({ name }) => name), version }, "listening");
  }
  const reason = await Promise.race([ended, bus.closed]);
  if (typeof reason !== "string") return reason;
  manager.stopping();
  logger.info({ signal: reason }, "stopping; what is not told yet is told by the next alerter");
  await within(stop(), endMs);
  return undefined;
};

/** Resolves to an exit code. */
export const runAlerter = async (options: AlerterOptions): Promise<number> => {
  const logger = serviceLogger({ alerter: options.requester }, options.debug);
  const end = ({ code, message }: Failure): number => {
    logger.error({ code }, message);
    return failures[code].exit;
  };
  const manager = takeServiceManager(process.env, (sentence) => logger.warn({}, sentence));
  const warn = manager.heard((fields, sentence) => logger.warn(fields, sentence));
  const connected = await connectAlerter({ ...options, notice: (sentence) => warn({}, sentence) })();
  if (isLeft(connected)) return end(connected.left);
  const bus = connected.right;
  const log = await bus.logStream()();
  if (isLeft(log)) {
    await bus.close();
    return end(log.left);
  }
  const age = logAge(log.right.madeMs);
  const ledger = currentLedger(bus.alerts, age);
  const metered = await metering(options, bus, ledger, logger);
  try {
    if (isLeft(metered)) return end(metered.left);
    const failed = await live(options, partsOf(options, { bus, ledger, logAge: age, logger }, metered.right), manager);
    return failed === undefined ? 0 : end(failed);
  } finally {
    if (!isLeft(metered)) await metered.right.close();
    await bus.close();
  }
};
