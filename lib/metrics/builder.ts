/** The metrics of a builder: what it did since it was started, and when it succeeded last. */
import { builderMetrics as table } from "../contract/metrics.ts";
import type { Repo, Requester } from "../contract/names.ts";
import type { ShownBuildMeter } from "../router/building.ts";
import { combinations, registryOf } from "./registry.ts";

export interface BuilderSources {
  readonly builder: Requester;
  readonly version: string;
  readonly repos: readonly Repo[];
  readonly isUp: () => boolean;
  readonly isBuilding: () => boolean;
}

/** A repository that the builder does not know: whoever asks could name any. */
const unknown = "unknown";

export const builderMetrics = ({ builder, version, repos, isUp, isBuilding }: BuilderSources): ShownBuildMeter => {
  const { shown, counter, gauge, histogram } = registryOf(table, async () => {
    up.set(isUp() ? 1 : 0);
    inProgress.set(isBuilding() ? 1 : 0);
    return true;
  });
  const known = combinations({ repo: repos });
  gauge("homelab_deploy_builder_info", []).set({ builder, version }, 1);
  const up = gauge("homelab_deploy_builder_nats_up");
  const inProgress = gauge("homelab_deploy_build_in_progress");
  const total = counter("homelab_deploy_builds_total", [
    ...combinations({ repo: repos, status: ["completed", "failed", "rejected"] }),
    { repo: unknown, status: "rejected" },
  ]);
  const outcomes = combinations({ repo: repos, outcome: ["built", "failed", "skipped"] });
  const hosts = counter("homelab_deploy_build_host_total", outcomes);
  const duration = histogram("homelab_deploy_build_duration_seconds", known);
  const success = gauge("homelab_deploy_build_last_success_timestamp_seconds", known);
  return {
    shown,
    ended: (repo, status, tookMs, atMs) => {
      total.inc({ repo: repo ?? unknown, status });
      if (repo === undefined || status === "rejected") return;
      duration.observe({ repo }, tookMs / 1000);
      if (status === "completed") success.set({ repo }, atMs / 1000);
    },
    host: (repo, outcome) => hosts.inc({ repo, outcome }),
  };
};
