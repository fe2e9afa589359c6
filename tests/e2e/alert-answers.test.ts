/** `hd alerts` against a real server with hd's own permissions: who may answer does, and who may not is told so. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requester, sinkName } from "../support/fixtures.ts";
import { enrolment, fleetIdentities } from "../support/fleet.ts";
import { temporaryFolder } from "../support/nats.ts";
import { startWorld } from "../support/nats-world.ts";
import { runInProcess } from "./support/in-process.ts";

const test = suite("e2e/alert-answers");

const contexts = join(temporaryFolder(), "no-contexts");

const pager = { kind: "alerter", requester: requester("pager") } as const;
const world = await startWorld([...fleetIdentities, pager]);
test.after(async () => {
  await world.close();
  await world.server.stop();
});

const hd = (name: string, ...words: readonly string[]) =>
  runInProcess(["alerts", ...words], {
    XDG_CONFIG_HOME: contexts,
    NATS_URL: world.server.url,
    NATS_NKEY: world.keys.get(name),
    HOMELAB_DEPLOY_REQUESTER: name,
  });

test("before there is a stream of alerts it says how to make it", async () => {
  await world.apply({ hosts: enrolment });
  for (const words of [["list"], ["ack", "1"], ["silence", "--rule", "failed", "--for", "1h", "--reason", "x"]]) {
    const { code, err } = await hd("alice", ...words);
    assert.is(code, 5, err);
    assert.match(
      err,
      "There is no place for alerts here (stream HD_ALERTS). Make it with `hd streams apply --fleet DIR`",
    );
  }
});

test("a deployer answers, everybody who reads sees it, and an auditor may not answer", async () => {
  await world.apply({ hosts: enrolment, sinks: [sinkName("ops")] });
  const alerter = await world.raw("pager");
  const alert = {
    rule: "failed",
    kind: "firing",
    stands: true,
    severity: "warning",
    title: "web1 failed",
    hosts: ["prod/web1"],
  };
  const more = { details: [], to: ["ops"], as_of: 1, part: 1, at: "2026-01-31T12:00:00Z" };
  await alerter.request("hd.alert.fired.failed.r1", JSON.stringify({ ...alert, ...more }));
  assert.is((await hd("alice", "ack", "1")).code, 0);
  assert.match((await hd("auditor", "list")).out, /^1 +failed +prod\/web1 .* acked by alice +web1 failed$/m);
  const silence = ["silence", "--host", "web1", "--for", "1h", "--reason", "disks"];
  assert.is((await hd("alice", ...silence)).code, 0);
  assert.match((await hd("pager", "list")).out, /silenced by alice/);
  for (const name of ["auditor", "unnamed", "pager"]) {
    const { code, err } = await hd(name, "silence", "--rule", "failed", "--for", "1h", "--reason", "x");
    assert.is(code, 4, `${name}: ${err}`);
    assert.match(err, /may not|not allowed|permission/i);
  }
});

test.run();
