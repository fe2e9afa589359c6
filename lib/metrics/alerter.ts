/**
 * The metrics of an alerter: what it did itself, and what the whole log tells. Those of itself begin with 0 when it starts; those
 * of the fleet are read from the log, so two alerters show the same.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Alert, Sent } from "../contract/alert.ts";
import type { AlertRules } from "../contract/alert-rules.ts";
import { alerterMetrics as table } from "../contract/metrics.ts";
import type { SinkName } from "../contract/names.ts";
import type { AlertMeter } from "../router/alerting.ts";
import type { AlerterMetrics, AlerterSources, FleetMeter } from "../router/metering.ts";
import { durations, endedAndTook, endings } from "./outcomes.ts";
import { combinations, type Labels, registryOf, setKnown } from "./registry.ts";

type Registry = ReturnType<typeof registryOf<typeof table>>;

const kinds = ["firing", "resolved"];

/** What a rule that names a sink of this type can count. */
const countedLabels = ({ rules, sinks }: AlertRules): readonly Labels[] => {
  const counting = new Set(sinks.filter(({ type }) => type === "prometheus").map(({ name }) => name));
  return rules
    .filter(({ to }) => to.some((sink) => counting.has(sink)))
    .flatMap(({ name, severity }) => combinations({ rule: [name], severity: [severity], kind: kinds }));
};

const alertMeter = ({ counter, gauge }: Registry, rules: AlertRules) => {
  const names = { rule: rules.rules.map(({ name }) => name), sink: rules.sinks.map(({ name }) => name) };
  const fired = counter("homelab_deploy_alerts_total", combinations({ rule: names.rule, kind: kinds }));
  const outcomes = combinations({ sink: names.sink, outcome: ["sent", "failed", "refused"] });
  const delivered = counter("homelab_deploy_alert_deliveries_total", outcomes);
  const failing = gauge("homelab_deploy_alert_sink_failing", combinations({ sink: names.sink }));
  const counted = counter("homelab_deploy_alert_sink_total", countedLabels(rules));
  const aside = counter("homelab_deploy_alert_aside_total");
  const tried = (sink: SinkName, outcome: Sent["outcome"]): void => failing.set({ sink }, outcome === "failed" ? 1 : 0);
  const meter: AlertMeter = {
    fired: ({ rule, kind }: Alert) => fired.inc({ rule, kind }),
    delivered: (sink, outcome) => {
      delivered.inc({ sink, outcome });
      tried(sink, outcome);
    },
    putAside: () => aside.inc(),
    counted: ({ rule, severity, kind }: Alert) => counted.inc({ rule, severity, kind }),
  };
  return { meter, tried };
};

const fleetMeter = ({ counter, gauge, histogram }: Registry): FleetMeter => {
  const total = counter("homelab_deploy_fleet_deployments_total", endings);
  const duration = histogram("homelab_deploy_fleet_deployment_duration_seconds", durations);
  const hosts = gauge("homelab_deploy_host_last_success_timestamp_seconds", []);
  const upTo = gauge("homelab_deploy_fleet_log_sequence");
  return {
    ...endedAndTook({ total, duration }),
    hosts: (all) => {
      hosts.reset();
      for (const { hostname, tier, atMs } of all) hosts.set({ hostname, tier }, atMs / 1000);
    },
    upTo: (seq) => upTo.set(seq),
  };
};

/** `undefined`: nobody can tell now. */
const asked = async <A>(question: TaskEither<unknown, A>): Promise<A | undefined> => {
  const answer = await question();
  return isLeft(answer) ? undefined : answer.right;
};

export const alerterMetrics = ({ rules, version, bus, sinks, counts }: AlerterSources): AlerterMetrics => {
  const registry = registryOf(table, async () => {
    const [waiting, stream, isCounted] = await Promise.all([asked(bus.lag()), asked(bus.logStream()), catchUp()]);
    setKnown(lag, waiting);
    setKnown(bytes, stream?.usedBytes);
    setKnown(mostBytes, stream?.settings.maxBytes);
    for (const [sink, { sent }] of (await sinks?.()) ?? []) tried(sink, sent.outcome);
    return isCounted;
  });
  const { gauge } = registry;
  gauge("homelab_deploy_alerter_info", [{ version }]).set({ version }, 1);
  const [lag, tick] = [
    gauge("homelab_deploy_alerter_lag"),
    gauge("homelab_deploy_alerter_last_tick_timestamp_seconds"),
  ];
  const [bytes, mostBytes] = [gauge("homelab_deploy_log_bytes"), gauge("homelab_deploy_log_max_bytes")];
  const { meter, tried } = alertMeter(registry, rules);
  const catchUp = counts(fleetMeter(registry));
  return { meter, ticked: (atMs) => tick.set(atMs / 1000), shown: registry.shown };
};
