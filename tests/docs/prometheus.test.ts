/**
 * What is given away for Prometheus and Grafana, judged by Prometheus's own tool: the alert rules, each expression of the
 * dashboard, and what the metrics look like. Whatever they name has to be a metric that there is.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import { alerterMetrics, listenerMetrics, type Metric } from "../../lib/contract/metrics.ts";
import { alerterMetrics as showAlerter } from "../../lib/metrics/alerter.ts";
import { listenerMetrics as showListener } from "../../lib/metrics/listener.ts";
import { scraped } from "../e2e/support/scraped.ts";
import { web1 } from "../support/fixtures.ts";
import { promtool } from "../support/promtool.ts";

const test = suite("docs: Prometheus and Grafana");
const docs = join(import.meta.dirname, "../../docs");
const dir = mkdtempSync(join(tmpdir(), "hd-prometheus-"));
test.after(() => rmSync(dir, { recursive: true, force: true }));
const judge = await promtool();

const table: Readonly<Record<string, Metric>> = { ...listenerMetrics, ...alerterMetrics };
const textOf = (name: string): string => readFileSync(join(docs, name), "utf8");

/** As a histogram's series are called. */
const series = new Set(
  Object.entries(table).flatMap(([name, { type }]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

const named = (text: string): readonly string[] => [...new Set(text.match(/\bhomelab_deploy_\w+/g) ?? [])];
const strangers = (text: string): readonly string[] => named(text).filter((name) => !series.has(name));

const accepted = (words: readonly string[], text?: string): void => {
  const { code, said } = judge(words, text);
  assert.is(code, 0, said);
};

const listener = showListener({
  ...{ host: web1, version: "0.1.0", isUp: () => true, isDeploying: () => false },
  lag: async () => 0,
});

const alerter = showAlerter({
  rules: { rules: [], sinks: [] },
  version: "0.1.0",
  bus: {
    lag: () => async () => right(0),
    logStream: () => async () => left(failure("unreachable", "It is away.")),
  },
  counts: () => async () => true,
});

test("the alert rules are rules, and say what their test says", () => {
  accepted(["check", "rules", join(docs, "prometheus-rules.yml")]);
  accepted(["test", "rules", join(docs, "prometheus-rules.test.yml")]);
});

test("every rule has a test", () => {
  const rules = [...textOf("prometheus-rules.yml").matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
  const tested = new Set(
    [...textOf("prometheus-rules.test.yml").matchAll(/alertname: (\w+)/g)].map(([, name]) => name),
  );
  assert.ok(rules.length > 0);
  assert.equal(
    rules.filter((name) => !tested.has(name)),
    [],
  );
});

test("the rules and the dashboard name metrics that there are", () => {
  for (const name of ["prometheus-rules.yml", "prometheus-rules.test.yml", "grafana-dashboard.json"])
    assert.equal(strangers(textOf(name)), [], name);
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

test("each expression of the dashboard is one that Prometheus reads", () => {
  const { panels }: { readonly panels: readonly Panel[] } = JSON.parse(textOf("grafana-dashboard.json"));
  assert.is(new Set(panels.map(({ id }) => id)).size, panels.length);
  const rules = panels
    .flatMap(({ targets }) => targets.map(({ expr }) => expr.replace(/\$__(range|rate_interval)/g, "5m")))
    .map((expr, n) => `      - record: panel:${n}\n        expr: ${JSON.stringify(expr)}\n`);
  assert.ok(rules.length >= panels.length);
  const file = join(dir, "dashboard.yml");
  writeFileSync(file, `groups:\n  - name: dashboard\n    rules:\n${rules.join("")}`);
  accepted(["check", "rules", file]);
});

test("what is shown is what Prometheus reads, and all of it is in the table", async () => {
  for (const [shown, own] of [
    [listener.shown, listenerMetrics],
    [alerter.shown, alerterMetrics],
  ] as const) {
    const text = (await shown.text()) ?? "";
    const { names } = scraped(text);
    assert.equal(strangers(text.replace(/^#.*$/gm, "")), []);
    const silent = Object.keys(own).filter((name) => !names.has(name) && !names.has(`${name}_count`));
    // Those are there for each rule, sink and host, and where the log can be asked.
    assert.equal(
      silent.filter((name) => !/alerts_total|alert_(deliveries|sink)|host_last|log_(max_)?bytes/.test(name)),
      [],
    );
    accepted(["check", "metrics"], text);
  }
});

test.run();
