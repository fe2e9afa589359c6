/** Three servers, the log on all of them: what was acknowledged outlives the leader, once, and the work goes on. */
import { jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import type { Identity } from "../../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import type { Delivery } from "../../../lib/router/ports.ts";
import { collector, eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";
import { temporaryFolder } from "../../support/nats.ts";
import { withCluster } from "../../support/nats-cluster.ts";
import { keysFor, owner, worldOf } from "../../support/nats-world.ts";

const test = suite("lib/nats: cluster");

const lab = tier("test");
const alice = requester("alice");
const h1: HostIdentity = { hostname: hostName("h1"), tier: lab, roles: [] };
const served = [hostAddress(lab, h1.hostname)];
const identities: readonly Identity[] = [
  { kind: "deployer", requester: alice, tiers: [lab] },
  { kind: "host", hostname: h1.hostname, addresses: served },
];

const { keys, config } = keysFor(identities, temporaryFolder());
const cluster = await withCluster(test, 3, config);
const [first = "", ...others] = cluster.urls;
const world = worldOf([first, ...others], keys);
test.after(world.close);

/** The place of the node that leads the log itself. */
const leaderOfLog = async (): Promise<number> => {
  const nc = await world.raw(owner);
  const { streams } = await jetstreamManager(nc, { checkAPI: false });
  const leader = await eventually("the log has a leader", async () => {
    const info = await streams.info("HD_AUDIT").catch(() => undefined);
    return info?.cluster?.leader || undefined;
  });
  await nc.close();
  return Number(leader.slice(1));
};

test("200 appends and their deliveries outlive the leader of the log", async () => {
  // What is on its way to a listener when a server dies is delivered again after two seconds.
  await world.apply({ replicas: 3, hosts: [[h1.hostname, served]], consumer: { ackWaitMs: 2_000 } });
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  const deliveries = collector<Delivery>("delivery");
  rightOf(
    await host.work.start((delivery) => {
      deliveries.add(delivery);
      void delivery.ack();
    })(),
  );
  const subject = requestSubject(alice, hostAddress(lab, h1.hostname));
  const seqs: number[] = [];
  const leader = await leaderOfLog();
  for (let i = 0; i < 200; i++) {
    if (i === 100) void cluster.nodes[leader]?.kill();
    seqs.push(rightOf(await bus.log.append({ subject, body: String(i), msgId: `append-${i}` })()).seq);
  }
  assert.is.not(await leaderOfLog(), leader);
  const records = rightOf(await bus.log.range(1, subject, 1_000)());
  assert.equal(
    records.map(({ body }) => body),
    Array.from({ length: 200 }, (_, i) => String(i)),
    "none lost, none doubled, all in order",
  );
  assert.equal(
    records.map(({ seq }) => seq),
    seqs,
    "each at the place that was acknowledged",
  );
  const missing = new Set(seqs);
  while (missing.size > 0) missing.delete((await deliveries.next()).seq);
  await cluster.restart(leader);
  const after = rightOf(await bus.log.append({ subject, body: "after", msgId: "after" })());
  while ((await deliveries.next()).seq !== after.seq);
  // The next test's requests are not for this listener.
  await host.work.stop();
  await host.close();
});

test("a listener that stops leaves nothing behind that takes the next one's requests", async () => {
  const bus = await world.bus(alice);
  const subject = requestSubject(alice, hostAddress(lab, h1.hostname));
  // A listener reaches another node each time; only one of them leads its consumer.
  for (let round = 0; round < 6; round++) {
    const first = await world.listener(h1, served);
    rightOf(await first.work.start(() => undefined)());
    const present = async () => rightOf(await bus.roster.enrolled()())[0]?.present || undefined;
    await eventually("the listener waits for work", present);
    await first.work.stop();
    await first.close();
    const { seq } = rightOf(await bus.log.append({ subject, body: "next", msgId: `next-${round}` })());
    const second = await world.listener(h1, served);
    const deliveries = collector<Delivery>("delivery");
    rightOf(await second.work.start(deliveries.add)());
    const delivery = await deliveries.next();
    assert.equal([delivery.seq, delivery.attempt], [seq, 1], "delivered once, to who was there");
    await delivery.ack();
    await second.work.stop();
    await second.close();
  }
});

test("without a majority nothing is recorded, and that is what is said", async () => {
  const bus = await world.bus(alice);
  const [one, two] = [await leaderOfLog(), ((await leaderOfLog()) + 1) % 3];
  await Promise.all([cluster.nodes[one]?.kill(), cluster.nodes[two]?.kill()]);
  const entry = { subject: requestSubject(alice, hostAddress(lab, h1.hostname)), body: "{}", msgId: "no majority" };
  const result = await bus.log.append(entry, 3_000)();
  assert.is(result._tag, "Left");
  if (result._tag === "Left")
    assert.ok(["timeout", "unaudited", "unreachable"].includes(result.left.code), result.left.code);
  await Promise.all([cluster.restart(one), cluster.restart(two)]);
  const { seq } = rightOf(await bus.log.append(entry)());
  const found = rightOf(await bus.log.range(1, "hd.>", 1_000)()).filter(({ msgId }) => msgId === "no majority");
  assert.equal(
    found.map((record) => record.seq),
    [seq],
  );
});

test.run();
