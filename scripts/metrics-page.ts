/** The page of the metrics, made from the very table that they are made from. */
import { alerterMetrics, builderMetrics, listenerMetrics, type Metric } from "../lib/contract/metrics.ts";
import { outcomeCodes } from "../lib/contract/outcome.ts";

const code = (text: string): string => `\`${text}\``;

const row = ([name, { type, labels, help }]: readonly [string, Metric]): string =>
  `| ${[code(name), type, labels.map(code).join(", "), help].join(" | ")} |\n`;

const section = (title: string, intro: string, table: Readonly<Record<string, Metric>>): string =>
  [
    `## ${title}\n\n${intro}\n\n`,
    "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n",
    ...Object.entries(table).map(row),
  ].join("");

const bucketsOf = ({ buckets = [] }: Metric): string => buckets.map(String).join(", ");

const labelsSection = (): string =>
  [
    "## Labels\n\nThe values of `status`, `action` and `error_code` are a closed list, and each series is there with 0 from the start.",
    "`action` is what was asked for, or `unknown` where a record does not say. By `status`, `error_code` is one of:\n",
    ...Object.entries(outcomeCodes).map(
      ([status, codes]) => `- ${code(status)}: ${codes.map((one) => code(one === "" ? '""' : one)).join(", ")}`,
    ),
    "\n`other` is a code that a newer host knows. Requests to cancel, freeze and unfreeze are no deployments, and not counted.\n",
    `Buckets in seconds: of deployments and phases ${bucketsOf(listenerMetrics.homelab_deploy_phase_duration_seconds)}; of appends ${bucketsOf(listenerMetrics.homelab_deploy_log_append_seconds)}; of builds ${bucketsOf(builderMetrics.homelab_deploy_build_duration_seconds)}.\n`,
  ].join("\n");

export const metricsPage = [
  "Metrics",
  "What `hd listener --metrics`, `hd alerter --metrics` and `hd builder --metrics` show Prometheus at `/metrics`. [How they are kept](../adr/0031-metrics.md); a [dashboard](../grafana-dashboard.json) and [alert rules](../prometheus-rules.yml) use them.",
  [
    section("Listener", "One host. Its counts of outcomes go on over a restart.", listenerMetrics),
    section(
      "Alerter",
      "What one alerter did begins with 0 when it starts: add them up over all alerters. What begins with `homelab_deploy_fleet_`, `homelab_deploy_host_` or `homelab_deploy_log_` is read from the log, and every alerter shows the same: take the largest.",
      alerterMetrics,
    ),
    section(
      "Builder",
      "What one builder did begins with 0 when it starts: add them up over all builders. `repo` is a repository of its configuration; there is none for each host, because a fleet may have a thousand.",
      builderMetrics,
    ),
    labelsSection(),
  ],
] as const satisfies readonly [string, string, readonly string[]];
