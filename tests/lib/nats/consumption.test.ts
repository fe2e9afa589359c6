/** What ends the taking of messages although nothing is wrong, and must not keep a host from its work. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import { consume } from "../../../lib/nats/consumption.ts";
import type { Link } from "../../../lib/nats/link.ts";
import { slotsOf } from "../../../lib/nats/slots.ts";
import type { Delivery } from "../../../lib/router/ports.ts";
import { put } from "../../support/bus-suite.ts";
import { collector } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";
import { startWorld } from "../../support/nats-world.ts";

const test = suite("lib/nats/consumption");

const lab = tier("test");
const alice = requester("alice");
const h1 = { hostname: hostName("h1"), tier: lab, roles: [] };
const served = [hostAddress(lab, h1.hostname)];
const subject = requestSubject(alice, hostAddress(lab, h1.hostname));

const up: Link = {
  nc: undefined as never,
  api: "hd.api",
  isUp: () => true,
  change: async () => undefined,
  whileUp: (answer) => answer,
};

/** A stretch whose pulls are answered by these, in turn; an error ends it. */
const stretchOf = (...answers: readonly (Error | undefined)[]) => {
  const left = [...answers];
  const next = async (): Promise<undefined> => {
    const answer = left.length === 0 ? new Error("the log has gone silent") : left.shift();
    if (answer instanceof Error) throw answer;
  };
  const consumption = { link: up, slots: slotsOf(64), isStopped: () => false, onMessage: () => assert.unreachable() };
  return consume({ next, close: () => undefined }, consumption);
};

test("a stretch that was served tells so: what ends it is no reason to wait before the next", async () => {
  const gone = new Error("another server now keeps this host's place in the log");
  assert.equal(await stretchOf(gone, gone), { reason: gone.message, wasServed: false });
  assert.equal(await stretchOf(undefined, gone, gone), { reason: gone.message, wasServed: true });
});

test("a request without a single byte does not keep the next one waiting", async () => {
  const world = await startWorld([
    { kind: "deployer", requester: alice, tiers: [lab] },
    { kind: "host", hostname: h1.hostname, addresses: served },
  ]);
  await world.apply({ hosts: [[h1.hostname, served]] });
  const [bus, host, bare] = [await world.bus(alice), await world.listener(h1, served), await world.raw(alice)];
  const deliveries = collector<Delivery>("delivery");
  rightOf(await host.work.start(deliveries.add)());
  for (const round of [1, 2, 3]) {
    await bare.request(subject, "");
    const empty = await deliveries.next();
    assert.is(empty.body, "");
    await empty.ack();
    await put(bus.log, subject, `round ${round}`);
    const next = await deliveries.next();
    assert.equal([next.body, next.attempt], [`round ${round}`, 1]);
    await next.ack();
  }
  await host.work.stop();
  await world.close();
  await world.server.stop();
});

test.run();
