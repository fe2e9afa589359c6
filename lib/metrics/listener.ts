/** The metrics of a listener. What they say of outcomes is told to them, also at start: see lib/host/outcome-counts.ts. */
import { listenerMetrics as table } from "../contract/metrics.ts";
import { phases } from "../contract/outcome.ts";
import type { ListenerMeter, ListenerSources } from "../router/metering.ts";
import { durations, endedAndTook, endings, repeat } from "./outcomes.ts";
import { combinations, registryOf, setKnown } from "./registry.ts";

export const listenerMetrics = (sources: ListenerSources): ListenerMeter => {
  const { shown, counter, gauge, histogram } = registryOf(table, async () => {
    up.set(sources.isUp() ? 1 : 0);
    inProgress.set(sources.isDeploying() ? 1 : 0);
    setKnown(lag, await sources.lag());
    return true;
  });
  const { hostname, tier, roles } = sources.host;
  const role = roles.toSorted().join(",");
  gauge("homelab_deploy_info", []).set({ hostname, tier, role, version: sources.version }, 1);
  const up = gauge("homelab_deploy_nats_up");
  const total = counter("homelab_deploy_deployments_total", endings);
  const duration = histogram("homelab_deploy_deployment_duration_seconds", durations);
  const phase = histogram("homelab_deploy_phase_duration_seconds", combinations({ phase: phases }));
  const inProgress = gauge("homelab_deploy_deployment_in_progress");
  const success = gauge("homelab_deploy_last_success_timestamp_seconds");
  const append = histogram("homelab_deploy_log_append_seconds");
  const lag = gauge("homelab_deploy_consumer_lag");
  let newestMs = 0;
  return {
    shown,
    ...endedAndTook({ total, duration }),
    phase: (name, ms, times) => repeat(times, () => phase.observe({ phase: name }, ms / 1000)),
    succeeded: (atMs) => {
      newestMs = Math.max(newestMs, atMs);
      success.set(newestMs / 1000);
    },
    appended: (ms) => append.observe(ms / 1000),
  };
};
