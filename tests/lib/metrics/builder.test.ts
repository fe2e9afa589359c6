/** What a builder shows of itself: every series is there before the first build, and none for each host. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Repo } from "../../../lib/contract/names.ts";
import { builderMetrics } from "../../../lib/metrics/builder.ts";
import { scraped } from "../../e2e/support/scraped.ts";
import { fit, noonMs, requester } from "../../support/fixtures.ts";

const test = suite("lib/metrics/builder");

const nixos = fit(Repo, "nixos");

const meterOf = (isBuilding = false) =>
  builderMetrics({
    ...{ builder: requester("ci"), version: "1.2.3", repos: [nixos], isUp: () => true, isBuilding: () => isBuilding },
  });

const read = async ({ shown }: ReturnType<typeof meterOf>) => scraped((await shown.text()) ?? "");

test("all is there with 0", async () => {
  const found = await read(meterOf());
  for (const status of ["completed", "failed", "rejected"])
    assert.is(found.value("homelab_deploy_builds_total", { repo: "nixos", status }), 0);
  for (const outcome of ["built", "failed", "skipped"])
    assert.is(found.value("homelab_deploy_build_host_total", { repo: "nixos", outcome }), 0);
  assert.is(found.value("homelab_deploy_build_last_success_timestamp_seconds", { repo: "nixos" }), 0);
  assert.is(found.value("homelab_deploy_build_duration_seconds_count", { repo: "nixos" }), 0);
  assert.is(found.value("homelab_deploy_build_in_progress", {}), 0);
});

test("builds are counted, with how long they took; a repository that is not known is one series", async () => {
  const meter = meterOf(true);
  meter.host(nixos, "built");
  meter.ended(nixos, "completed", 40_000, noonMs);
  meter.ended(nixos, "failed", 6 * 3_600_000, noonMs + 1);
  meter.ended(nixos, "rejected", 0, noonMs);
  for (let n = 0; n < 3; n++) meter.ended(undefined, "rejected", 0, noonMs);
  const found = await read(meter);
  assert.is(found.value("homelab_deploy_builds_total", { repo: "unknown", status: "rejected" }), 3);
  assert.is(found.value("homelab_deploy_build_duration_seconds_count", { repo: "nixos" }), 2);
  assert.is(found.value("homelab_deploy_build_duration_seconds_bucket", { repo: "nixos", le: "60" }), 1);
  assert.is(found.value("homelab_deploy_build_duration_seconds_bucket", { repo: "nixos", le: "14400" }), 1);
  assert.is(found.value("homelab_deploy_build_last_success_timestamp_seconds", { repo: "nixos" }), noonMs / 1000);
  assert.is(found.value("homelab_deploy_build_in_progress", {}), 1);
});

test.run();
