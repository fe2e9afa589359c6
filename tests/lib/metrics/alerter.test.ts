/** What an alerter shows of itself, from the rules on: each series is there before the first alert. */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Alert, Sent } from "../../../lib/contract/alert.ts";
import type { AlertRules, Rule } from "../../../lib/contract/alert-rules.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { RuleName, SinkName } from "../../../lib/contract/names.ts";
import { alerterMetrics } from "../../../lib/metrics/alerter.ts";
import type { AlerterSources } from "../../../lib/router/metering.ts";
import { scraped } from "../../e2e/support/scraped.ts";
import { deferred, fit, noonMs } from "../../support/fixtures.ts";

const test = suite("lib/metrics/alerter");

const [phone, count] = [fit(SinkName, "phone"), fit(SinkName, "count")];

const rule = (name: string, to: Rule["to"], severity: Rule["severity"]): Rule => ({
  ...{ name: fit(RuleName, name), to, severity, recovery: true, groupWaitMs: 0 },
  when: { kind: "record", status: ["failed"] },
});

const rules: AlertRules = {
  rules: [rule("failed", [phone, count], "critical"), rule("slow", [phone], "info")],
  sinks: [
    { name: phone, type: "command", argv: ["true"] },
    { name: count, type: "prometheus" },
  ],
};

const away = failure("unreachable", "away");

const shownBy = (changes: Partial<AlerterSources> = {}) => {
  const metrics = alerterMetrics({
    ...{ rules, version: "1.2.3", counts: () => async () => true },
    bus: { lag: () => async () => left(away), logStream: () => async () => left(away) },
    ...changes,
  });
  return { ...metrics, read: async () => scraped((await metrics.shown.text()) ?? "") };
};

const alert = { rule: fit(RuleName, "failed"), kind: "firing", severity: "critical" } as Alert;

test("each rule and each sink is there with 0", async () => {
  const { read } = shownBy();
  const now = await read();
  assert.is(now.all("homelab_deploy_alerts_total").length, 4);
  assert.is(now.all("homelab_deploy_alert_deliveries_total").length, 6);
  assert.is(now.all("homelab_deploy_alert_sink_failing").length, 2);
  assert.equal(now.all("homelab_deploy_alert_sink_total"), [
    'homelab_deploy_alert_sink_total{rule="failed",severity="critical",kind="firing"} 0',
    'homelab_deploy_alert_sink_total{rule="failed",severity="critical",kind="resolved"} 0',
  ]);
  assert.is(now.value("homelab_deploy_alert_aside_total", {}), 0);
  assert.is(now.value("homelab_deploy_alerter_info", { version: "1.2.3" }), 1);
});

test("what it does is counted", async () => {
  const { meter, ticked, read } = shownBy();
  meter.fired(alert);
  meter.fired({ ...alert, kind: "resolved" });
  meter.counted(alert);
  meter.putAside();
  meter.delivered(phone, "failed");
  ticked(noonMs);
  const ill = await read();
  assert.is(ill.value("homelab_deploy_alerts_total", { rule: "failed", kind: "firing" }), 1);
  assert.is(ill.value("homelab_deploy_alerts_total", { rule: "failed", kind: "resolved" }), 1);
  assert.is(ill.value("homelab_deploy_alert_sink_total", { kind: "firing" }), 1);
  assert.is(ill.value("homelab_deploy_alert_aside_total", {}), 1);
  assert.is(ill.value("homelab_deploy_alert_sink_failing", { sink: "phone" }), 1);
  assert.is(ill.value("homelab_deploy_alerter_last_tick_timestamp_seconds", {}), noonMs / 1000);
  meter.delivered(phone, "sent");
  const well = await read();
  assert.is(well.value("homelab_deploy_alert_sink_failing", { sink: "phone" }), 0);
  assert.is(well.value("homelab_deploy_alert_deliveries_total", { sink: "phone", outcome: "sent" }), 1);
});

test("which sink fails is what the stream of alerts says, whoever tried it", async () => {
  const { read, meter } = shownBy({ sinks: async () => [[phone, { sent: { outcome: "failed" } as Sent }]] });
  meter.delivered(phone, "sent");
  assert.is((await read()).value("homelab_deploy_alert_sink_failing", { sink: "phone" }), 1);
});

test("what nobody can tell now is absent, and there again when somebody can", async () => {
  let lag: ReturnType<AlerterSources["bus"]["lag"]> = async () => left(away);
  const { read } = shownBy({ bus: { lag: () => () => lag(), logStream: () => async () => left(away) } });
  assert.equal((await read()).all("homelab_deploy_alerter_lag"), []);
  lag = async () => right(7);
  assert.is((await read()).value("homelab_deploy_alerter_lag", {}), 7);
  lag = async () => left(away);
  assert.equal((await read()).all("homelab_deploy_alerter_lag"), []);
});

test("nothing is shown until the log was counted, and all who ask meanwhile wait for one count", async () => {
  const counted = deferred<boolean>();
  let counts = 0;
  const { shown } = shownBy({
    counts: () => () => {
      counts += 1;
      return counted.promise;
    },
  });
  const asked = [shown.text(), shown.text(), shown.text()];
  counted.resolve(false);
  assert.equal(await Promise.all(asked), [undefined, undefined, undefined]);
  assert.is(counts, 1);
});

test.run();
