/**
 * The metrics, as Prometheus sees them: names, labels and what they mean. Dashboards and alert rules of others stand on them, so
 * a name is added and never changed. docs/metrics.md is written from here.
 */

export interface Metric {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

/** In seconds: a deployment takes from one to some hours. */
export const longBuckets = [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400];
/** In seconds: what is in the store already is there at once, and a new kernel for every host takes hours. */
const buildBuckets = [5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400];
/** In seconds: the log answers within milliseconds, and is insisted on for half a minute. */
const shortBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const counter = (help: string, ...labels: readonly string[]) => ({ type: "counter", help, labels }) as const;
const gauge = (help: string, ...labels: readonly string[]) => ({ type: "gauge", help, labels }) as const;
const histogram = (help: string, buckets: readonly number[], ...labels: readonly string[]) =>
  ({ type: "histogram", help, labels, buckets }) as const;

export const listenerMetrics = {
  homelab_deploy_info: gauge(
    "Always 1: which host this is. Several roles stand in one label, sorted and with commas, so that there is one series.",
    ...["hostname", "tier", "role", "version"],
  ),
  homelab_deploy_nats_up: gauge("Whether the listener is connected to NATS."),
  homelab_deploy_deployments_total: counter(
    "Deployments that ended on this host. It goes on where it was when the listener starts again.",
    ...["status", "action", "error_code"],
  ),
  homelab_deploy_deployment_duration_seconds: histogram(
    "From the acceptance to the end of a deployment.",
    longBuckets,
    ...["action", "success"],
  ),
  homelab_deploy_phase_duration_seconds: histogram("How long each phase of a deployment took.", longBuckets, "phase"),
  homelab_deploy_deployment_in_progress: gauge("How many deployments this host is working on: 0 or 1."),
  homelab_deploy_last_success_timestamp_seconds: gauge("When a deployment succeeded here last; 0: never."),
  homelab_deploy_log_append_seconds: histogram("How long the log took to take a record.", shortBuckets),
  homelab_deploy_consumer_lag: gauge(
    "Requests in the log that this host has not answered; absent: nobody can tell now.",
  ),
} as const satisfies Readonly<Record<string, Metric>>;

export const alerterMetrics = {
  homelab_deploy_alerter_info: gauge("Always 1: the version of this alerter.", "version"),
  homelab_deploy_alerter_lag: gauge("Records of the log that no alerter has judged; absent: nobody can tell now."),
  homelab_deploy_alerter_last_tick_timestamp_seconds: gauge("When this alerter looked for absences last; 0: not yet."),
  homelab_deploy_alerts_total: counter("Alerts that this alerter wrote, by rule.", ...["rule", "kind"]),
  homelab_deploy_alert_deliveries_total: counter("What became of alerts at each sink.", ...["sink", "outcome"]),
  homelab_deploy_alert_sink_failing: gauge("Whether the newest delivery of this alerter to a sink failed.", "sink"),
  homelab_deploy_alert_sink_total: counter(
    "Alerts that were sent to a sink of the type prometheus.",
    ...["rule", "severity", "kind"],
  ),
  homelab_deploy_alert_aside_total: counter("Records of the log that this alerter put aside as unreadable."),
  homelab_deploy_log_bytes: gauge("How much the log holds; absent: nobody can tell now."),
  homelab_deploy_log_max_bytes: gauge("How much the log takes before it refuses records; absent: nobody can tell now."),
  homelab_deploy_fleet_deployments_total: counter(
    "Deployments that ended anywhere, read from the whole log. Every alerter shows the same.",
    ...["status", "action", "error_code"],
  ),
  homelab_deploy_fleet_deployment_duration_seconds: histogram(
    "From the acceptance to the end of a deployment, anywhere, read from the whole log.",
    longBuckets,
    ...["action", "success"],
  ),
  homelab_deploy_fleet_log_sequence: gauge("Up to which record of the log the counts of the fleet go."),
  homelab_deploy_host_last_success_timestamp_seconds: gauge(
    "When a deployment succeeded last on each host that has a place in the log; 0: never.",
    ...["hostname", "tier"],
  ),
} as const satisfies Readonly<Record<string, Metric>>;

export const builderMetrics = {
  homelab_deploy_builder_info: gauge("Always 1: which builder this is.", ...["builder", "version"]),
  homelab_deploy_builder_nats_up: gauge("Whether the builder is connected to NATS."),
  homelab_deploy_builds_total: counter(
    "Builds that ended, by repository; unknown: one that this builder does not know.",
    ...["repo", "status"],
  ),
  homelab_deploy_build_host_total: counter("Hosts of builds, by what became of them.", ...["repo", "outcome"]),
  homelab_deploy_build_duration_seconds: histogram("From the acceptance to the end of a build.", buildBuckets, "repo"),
  homelab_deploy_build_in_progress: gauge("How many requests this builder is working on: 0 or 1."),
  homelab_deploy_build_last_success_timestamp_seconds: gauge(
    "When a build of a repository succeeded last; 0: not since this builder was started.",
    "repo",
  ),
} as const satisfies Readonly<Record<string, Metric>>;
