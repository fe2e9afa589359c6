/**
 * The metrics of a real listener, read over HTTP: before and after deployments, over restarts and kills, under load, and where
 * they cannot be shown.
 */
import { createServer } from "node:http";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import { alerterMetrics } from "../../lib/metrics/alerter.ts";
import { fleetCounts } from "../../streams/alerts/fleet-counts.ts";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { promtool } from "../support/promtool.ts";
import type { ListenerProcess } from "./support/listener-process.ts";
import { moment } from "./support/moments.ts";
import { type Scraped, scraped } from "./support/scraped.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: metrics");
const judge = await promtool();
const fleet = await startFleet(test, { consumer: { ackWaitMs: 1_000 } });
test.after.each(() => fleet.killListeners());

interface Watched {
  readonly listener: ListenerProcess;
  readonly url: string;
  readonly read: () => Promise<Scraped>;
}

const watched = async (): Promise<Watched> => {
  const listener = fleet.start("lab1", {}, (argv) => [...argv, "--metrics", "127.0.0.1:0"]);
  const line = await listener.heard("metrics are shown");
  const url = /http:[^"]+/.exec(line)?.[0] ?? "";
  await listener.listening();
  return { listener, url, read: async () => scraped(await (await fetch(url)).text()) };
};

const total = "homelab_deploy_deployments_total";
const ended = (read: Scraped): number =>
  read.sum(total, { status: "completed" }) + read.sum(total, { status: "failed" });

const deployed = async (body: object): Promise<void> => {
  await fleet.ended(await fleet.ask("test/lab1", body), "lab1");
};

test("everything is there with 0 before anything happened, and then what happened", async () => {
  const { read, url } = await watched();
  const before = await read();
  assert.is(before.sum(total, {}), 0);
  assert.is(before.value(total, { status: "failed", action: "boot", error_code: "rolled_back" }), 0);
  assert.is(before.value("homelab_deploy_info", { hostname: "lab1", tier: "test" }), 1);
  assert.is(before.value("homelab_deploy_nats_up", {}), 1);
  assert.is(before.value("homelab_deploy_consumer_lag", {}), 0);
  await deployed({ revision: "v1" });
  await deployed({ revision: "nowhere", action: "boot" });
  await deployed({ revision: "-bad" });
  const after = await eventually("the third outcome", async () => {
    const now = await read();
    return now.sum(total, {}) === 3 ? now : undefined;
  });
  assert.is(after.value(total, { status: "completed", action: "switch", error_code: "" }), 1);
  assert.is(after.value(total, { status: "failed", action: "boot", error_code: "revision_not_found" }), 1);
  assert.is(after.value(total, { status: "rejected", error_code: "invalid_revision" }), 1);
  assert.is(after.value("homelab_deploy_deployment_duration_seconds_count", { action: "switch", success: "true" }), 1);
  assert.is(after.value("homelab_deploy_phase_duration_seconds_count", { phase: "build" }), 1);
  assert.is(after.value("homelab_deploy_phase_duration_seconds_count", { phase: "resolve" }), 2);
  assert.ok(after.value("homelab_deploy_last_success_timestamp_seconds", {}) > 1.7e9);
  assert.ok(after.value("homelab_deploy_log_append_seconds_count", {}) >= 3);
  const judged = judge(["check", "metrics"], await (await fetch(url)).text());
  assert.is(judged.code, 0, judged.said);
});

/** Sums are told again as means, so their last digits may differ. */
const toMicros = (line: string): string => line.replace(/\S+$/, (value) => Number(value).toFixed(6));

test("a restart changes no count", async () => {
  const first = await watched();
  const before = await first.read();
  await first.listener.terminate();
  const after = await (await watched()).read();
  for (const name of [total, "homelab_deploy_deployment_duration_seconds", "homelab_deploy_phase_duration_seconds"])
    assert.equal(after.all(name).map(toMicros), before.all(name).map(toMicros));
  assert.is(ended(after), 2);
});

test("killed at any moment of a deployment: it is counted once", async () => {
  let now = await watched();
  for (let n = 1; n < 46; n += 5) {
    const before = ended(await now.read());
    const { reached, close } = moment(fleet.root("lab1"), n);
    const seq = await fleet.ask("test/lab1", { revision: n % 2 === 1 ? "v1" : "main" });
    await Promise.race([reached, fleet.ended(seq, "lab1")]);
    close();
    await now.listener.kill();
    now = await watched();
    await fleet.ended(seq, "lab1");
    await eventually("the outcome", async () => ended(await now.read()) > before || undefined);
    assert.is(ended(await now.read()), before + 1, `at moment ${n}`);
  }
  await theLogIsTrue(fleet);
});

test("what ends while nobody counts is counted by the next that does", async () => {
  const first = await watched();
  const before = ended(await first.read());
  await first.listener.kill();
  const [silent] = await fleet.listen("lab1");
  await deployed({ revision: "v1" });
  await deployed({ revision: "main" });
  await silent?.terminate();
  assert.is(ended(await (await watched()).read()), before + 2);
});

test("an address that is taken is told at the start, with what to do", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const bound = other.address();
  const port = typeof bound === "object" ? bound?.port : undefined;
  const listener = fleet.start("lab1", {}, (argv) => [...argv, "--metrics", `127.0.0.1:${port}`]);
  const { code } = await listener.exited;
  other.close();
  assert.is(code, 5);
  await listener.heard("something else listens there. Give another address with --metrics, or leave it out");
});

test("read all the time, the listener works as ever", async () => {
  const { read, url } = await watched();
  const before = ended(await read());
  let isOver = false;
  const load = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const answer = await fetch(url);
      await answer.text();
      assert.is(answer.status, 200);
    }
  });
  await deployed({ revision: "v1" });
  isOver = true;
  await Promise.all(load);
  assert.is(ended(await read()), before + 1);
});

/** Without the name. */
const tail = (line: string): string => line.slice(line.indexOf("{"));

test("after all that, what the host counted is what the log says", async () => {
  const { bus, now } = { bus: await fleet.world.bus("auditor"), now: Date.now };
  const { shown } = alerterMetrics({
    ...{ rules: { rules: [], sinks: [] }, version: "0.1.0" },
    bus: { lag: () => async () => right(0), logStream: () => async () => left(failure("unreachable", "not asked")) },
    counts: (meter) => fleetCounts({ log: bus.log, roster: bus.roster, meter, now }),
  });
  const whole = scraped((await shown.text()) ?? "");
  const host = await (await watched()).read();
  assert.equal(whole.all("homelab_deploy_fleet_deployments_total").map(tail), host.all(total).map(tail));
  assert.equal(
    whole.all("homelab_deploy_fleet_deployment_duration_seconds").map(tail).map(toMicros),
    host.all("homelab_deploy_deployment_duration_seconds").map(tail).map(toMicros),
  );
  const last = whole.value("homelab_deploy_host_last_success_timestamp_seconds", { hostname: "lab1" });
  assert.ok(Math.abs(last - host.value("homelab_deploy_last_success_timestamp_seconds", {})) < 60);
  assert.is(whole.value("homelab_deploy_host_last_success_timestamp_seconds", { hostname: "web1", tier: "prod" }), 0);
  await theLogIsTrue(fleet);
});

test.run();
