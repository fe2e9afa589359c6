/** One real server that dies, freezes or loses what it holds under the adapter's hands. */
import { setTimeout as delay } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject, responseSubject } from "../../../lib/contract/address.ts";
import type { Identity } from "../../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import type { Delivery, Enrolled, LiveMessage } from "../../../lib/router/ports.ts";
import { put } from "../../support/bus-suite.ts";
import { collector, eventually } from "../../support/collector.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";
import { owner, type ServedWorld, startWorld } from "../../support/nats-world.ts";

const test = suite<{ world: ServedWorld; stop: () => Promise<void> }>("lib/nats: faults");

const lab = tier("test");
const alice = requester("alice");
const h1: HostIdentity = { hostname: hostName("h1"), tier: lab, roles: [] };
const served = [hostAddress(lab, h1.hostname)];
const subject = requestSubject(alice, hostAddress(lab, h1.hostname));
const started = responseSubject(lab, h1.hostname, "started");

const identities: readonly Identity[] = [
  { kind: "deployer", requester: alice, tiers: [lab] },
  { kind: "host", hostname: h1.hostname, addresses: served },
];
const enrol = { hosts: [[h1.hostname, served]] as const };

test.before.each(async (context) => {
  context.world = await startWorld(identities);
  context.stop = context.world.server.stop;
});
test.after.each(async ({ world, stop }) => {
  await world.close();
  await stop();
});

const asOwner = async ({ raw }: ServedWorld) => jetstreamManager(await raw(owner));

const place = (hosts: readonly Enrolled[]): Enrolled | undefined =>
  hosts.find(({ hostname }) => hostname === h1.hostname);

test("what is appended while the server is away is stored once, and everything goes on", async (context) => {
  const { world } = context;
  await world.apply(enrol);
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  const [deliveries, heard] = [collector<Delivery>("delivery"), collector<LiveMessage>("response")];
  rightOf(await host.work.start(deliveries.add)());
  // A server that is killed may hand over again what it had handed over.
  const delivered = async (body: string): Promise<void> => {
    while ((await deliveries.next()).body !== body);
  };
  await bus.live.subscribe("hd.res.>", heard.add);
  const before = await put(bus.log, subject, "before");
  const held = await deliveries.next();
  await world.server.kill();
  const appending = [put(bus.log, subject, "while"), put(host.log, started, "answer")] as const;
  const reading = bus.log.last(started)();
  await world.said.heard("was lost");
  const again = rightOf(await world.server.restart());
  context.stop = again.stop;
  const [during, answer] = await Promise.all(appending);
  await delivered("while");
  await held.ack();
  rightOf(await reading);
  const after = await put(bus.log, subject, "after");
  await delivered("after");
  await put(host.log, started, "live again");
  while ((await heard.next()).body !== "live again");
  const records = rightOf(await bus.log.range(1, "hd.>", 100)());
  assert.equal(records.length, 5, records.map(({ body }) => body).join(" "));
  for (const { seq } of [before, during, answer, after]) assert.ok(records.some((one) => one.seq === seq));
});

test("a request that was in hand when the server died is settled in the end", async (context) => {
  const { world } = context;
  await world.apply({ ...enrol, consumer: { ackWaitMs: 1_000 } });
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  const deliveries = collector<Delivery>("delivery");
  rightOf(await host.work.start(deliveries.add)());
  await put(bus.log, subject);
  const held = await deliveries.next();
  await world.server.kill();
  await world.said.heard("was lost");
  const acknowledged = held.ack();
  context.stop = rightOf(await world.server.restart()).stop;
  await acknowledged;
  // A server that is killed may have forgotten that it handed the request over; then it does so again.
  await eventually("nothing is pending", async () => {
    await deliveries.all.at(-1)?.ack();
    return place(rightOf(await bus.roster.enrolled()()))?.pending === 0 || undefined;
  });
});

test("a place in the log that is deleted and made again is taken again", async ({ world }) => {
  await world.apply(enrol);
  const [bus, host, { consumers }] = [await world.bus(alice), await world.listener(h1, served), await asOwner(world)];
  const deliveries = collector<Delivery>("delivery");
  rightOf(await host.work.start(deliveries.add)());
  for (const round of [1, 2]) {
    await put(bus.log, subject, `round ${round}`);
    const delivery = await deliveries.next();
    assert.is(delivery.body, `round ${round}`);
    await delivery.ack();
    await consumers.delete("HD_AUDIT", "host_h1");
    await world.said.heard("hd streams apply --host test/h1");
    await world.apply(enrol);
    await eventually(
      "h1 listens again",
      async () => place(rightOf(await bus.roster.enrolled()()))?.present || undefined,
    );
  }
});

test("a place that does not fit is told, not edited, and what is not served is refused", async ({ world }) => {
  const other = hostAddress(lab, hostName("other"));
  await world.apply({ hosts: [[h1.hostname, [...served, other]]] });
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  const deliveries = collector<Delivery>("delivery");
  rightOf(await host.work.start(deliveries.add)());
  assert.match(
    await world.said.heard("does not fit"),
    /not served hd\.req\.\*\.test\.other.*apply --host test\/h1 --update/,
  );
  await put(bus.log, requestSubject(alice, other), "not ours");
  await put(bus.log, subject, "ours");
  assert.is((await deliveries.next()).body, "ours");
  assert.match(await world.said.heard("was refused"), "not addressed to this host");
});

test("a place with other settings is told, with both values, and taken all the same", async ({ world }) => {
  await world.apply({ ...enrol, consumer: { ackWaitMs: 5_000 } });
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  const deliveries = collector<Delivery>("delivery");
  rightOf(await host.work.start(deliveries.add)());
  assert.match(
    await world.said.heard("not as it should be"),
    /ackWaitMs is 5000 instead of 30000\. See `hd streams diff --host test\/h1`/,
  );
  await put(bus.log, subject);
  await (await deliveries.next()).ack();
});

test("a connection that is closed for good is told to whoever waits for it", async ({ world }) => {
  await world.apply(enrol);
  const host = await world.listener(h1, served);
  await host.close();
  const { code, message } = await host.closed;
  assert.is(code, "unreachable");
  assert.match(message, "Start the listener again");
});

test("a log that does not exist is told at once, by every port", async ({ world }) => {
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  const startMs = performance.now();
  const missing = [
    bus.log.append({ subject, body: "{}", msgId: "a" }),
    host.log.append({ subject: started, body: "{}", msgId: "b" }),
    bus.log.next(1, "hd.>"),
    bus.log.range(1, "hd.>", 10),
    bus.log.last(subject),
    bus.log.end(),
    bus.roster.enrolled(),
    host.work.start(() => assert.unreachable()),
  ];
  for (const ask of missing) {
    const { code, message } = failureOf(await ask());
    assert.is(code, "unaudited");
    assert.match(message, /HD_AUDIT.*does not exist.*`hd streams apply/);
  }
  assert.ok(performance.now() - startMs < 10_000);
});

test("a dead server ends an append at its deadline, knowing that nothing was stored", async ({ world }) => {
  await world.apply();
  const bus = await world.bus(alice);
  await world.server.kill();
  await world.said.heard("was lost");
  const { code, message } = failureOf(await bus.log.append({ subject, body: "{}", msgId: "a" }, 300)());
  assert.is(code, "unreachable");
  assert.match(message, "nothing was done");
});

test("a frozen server ends an append at its deadline, not knowing", async ({ world }) => {
  await world.apply();
  const [bus, probe] = [await world.bus(alice), await world.raw(alice)];
  process.kill(world.server.pid, "SIGSTOP");
  try {
    // The signal is taken a moment after it was sent.
    await eventually("the server is frozen", () => Promise.race([probe.rtt().then(() => undefined), delay(500, true)]));
    const { code, message } = failureOf(await bus.log.append({ subject, body: "{}", msgId: "frozen" }, 300)());
    assert.is(code, "timeout");
    assert.match(message, /not known.*same id is safe/);
  } finally {
    process.kill(world.server.pid, "SIGCONT");
  }
  const again = rightOf(await bus.log.append({ subject, body: "{}", msgId: "frozen" })());
  assert.equal(
    rightOf(await bus.log.range(1, subject, 10)()).map(({ seq }) => seq),
    [again.seq],
  );
});

test("closing ends what is still being asked", async ({ world }) => {
  await world.apply();
  const bus = await world.bus(alice);
  await world.server.kill();
  await world.said.heard("was lost");
  const appending = bus.log.append({ subject, body: "{}", msgId: "a" })();
  await bus.close();
  assert.is(failureOf(await appending).code, "unreachable");
  assert.is(failureOf(await bus.log.end()()).code, "unreachable");
});

test("a listener that vanishes is not present, and its work waits", async ({ world }) => {
  await world.apply(enrol);
  const [bus, host] = [await world.bus(alice), await world.listener(h1, served)];
  rightOf(await host.work.start(() => undefined)());
  const seen = (present: boolean) =>
    eventually(`present is ${present}`, async () =>
      place(rightOf(await bus.roster.enrolled()()))?.present === present ? true : undefined,
    );
  await seen(true);
  await host.close();
  await seen(false);
});

test.run();
