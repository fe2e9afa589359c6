/** Three servers, three replicas, and the leader of the log killed while deployments run: nothing is lost, nothing doubled. */
import { jetstreamManager } from "@nats-io/jetstream";
import { isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventually } from "../support/collector.ts";
import { requester } from "../support/fixtures.ts";
import { enrolment, fleetIdentities, fleetOn } from "../support/fleet.ts";
import { temporaryFolder } from "../support/nats.ts";
import { withCluster } from "../support/nats-cluster.ts";
import { keysFor, owner, worldOf } from "../support/nats-world.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: cluster");
const { keys, config } = keysFor(fleetIdentities, temporaryFolder());
const cluster = await withCluster(test, 3, config);
const [first = "", ...more] = cluster.urls;
const servers = [first, ...more] as const;
const world = worldOf(servers, keys);
await world.apply({ replicas: 3, hosts: enrolment });
const fleet = await fleetOn(test, { world, servers });
await fleet.listen("web1", "web2", "lab1");

const leaderOfTheLog = async (): Promise<number> => {
  const nc = await world.raw(owner);
  const { streams } = await jetstreamManager(nc);
  const leader = await eventually("the log has a leader", async () => {
    const info = await streams.info("HD_AUDIT").catch(() => undefined);
    return info?.cluster?.leader || undefined;
  });
  await nc.close();
  return Number(leader.slice(1));
};

/** A host whose listener still fails over is rightly called away. */
const allWait = async (): Promise<void> => {
  const { roster, close } = await world.bus(requester("alice"));
  await eventually("every host waits for work", async () => {
    const enrolled = await roster.enrolled()();
    return (
      (isRight(enrolled) && enrolled.right.length === 3 && enrolled.right.every(({ present }) => present)) || undefined
    );
  });
  await close();
};

test("all goes well on three", async () => {
  const { code, out, err } = await fleet.hd("deploy", "prod/all", "test/all", "-r", "v1");
  assert.is(code, 0, `${out}${err}`);
  await theLogIsTrue(fleet);
});

for (const [revision, moment] of [
  ["main", "accepted"],
  ["v1", "activates"],
] as const) {
  test(`the leader of the log is killed when the first word is: ${moment}`, async () => {
    await allWait();
    const deploying = fleet.spawn(["deploy", "prod/all", "test/all", "-r", revision]);
    await deploying.heard(moment);
    const leader = await leaderOfTheLog();
    await cluster.nodes[leader]?.kill();
    assert.equal(await deploying.exited, { code: 0, signal: null }, `${deploying.out()}${deploying.err()}`);
    await cluster.restart(leader);
    await theLogIsTrue(fleet);
  });
}

test.run();
