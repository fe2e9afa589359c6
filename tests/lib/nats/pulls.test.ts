/** What a pull comes to on a real server: a request, none in time, or the reason why the consumer cannot be asked. */
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import { hostDurable, logApi, logStream } from "../../../lib/contract/log-names.ts";
import { type Pulls, pullsOf } from "../../../lib/nats/pulls.ts";
import { put } from "../../support/bus-suite.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";
import { owner, type ServedWorld, startWorld } from "../../support/nats-world.ts";

const test = suite<{ world: ServedWorld; nc: NatsConnection; pulls: Pulls }>("lib/nats/pulls");

const lab = tier("test");
const alice = requester("alice");
const h1 = hostName("h1");
const address = hostAddress(lab, h1);
const subject = requestSubject(alice, address);

test.before(async (context) => {
  const world = await startWorld([
    { kind: "deployer", requester: alice, tiers: [lab] },
    { kind: "host", hostname: h1, addresses: [address] },
  ]);
  context.world = world;
  await world.apply({ hosts: [[h1, [address]]] });
  context.nc = await world.raw(h1);
  context.pulls = pullsOf({
    link: { nc: context.nc, api: logApi },
    stream: logStream,
    durable: hostDurable(h1),
    taker: h1,
    called: "this host's place in the log",
  });
});
test.after(async ({ world }) => {
  await world.close();
  await world.server.stop();
});

const reasonOf = (pull: Promise<unknown>): Promise<string> => pull.then(() => "none", String);

test("a pull that brings nothing in time ends without a word", async ({ pulls }) => {
  assert.is(await pulls.next(50), undefined);
});

test("each pull brings one request, those that wait first", async ({ world, pulls }) => {
  const { log } = await world.bus(alice);
  await put(log, subject, "first");
  const [first, second] = [pulls.next(5_000), pulls.next(5_000)];
  const one = await first;
  assert.equal(
    [one?.body, one?.subject, one?.handed?.attempt, one?.handed?.consumer],
    ["first", subject, 1, "host_h1"],
  );
  await put(log, subject, "second");
  const two = await second;
  assert.is(two?.body, "second");
  two?.nak(1);
  const again = await pulls.next(5_000);
  assert.equal([again?.body, again?.handed?.attempt], ["second", 2]);
  one?.ack();
  again?.term("enough");
  assert.is(await pulls.next(50), undefined);
});

test("a consumer that is deleted, or not there, is the reason that is told", async ({ world, nc, pulls }) => {
  const waiting = reasonOf(pulls.next(5_000));
  await nc.flush();
  const { consumers } = await jetstreamManager(await world.raw(owner));
  await consumers.delete("HD_AUDIT", "host_h1");
  assert.match(await waiting, "this host's place in the log was deleted");
  assert.match(await reasonOf(pulls.next(100)), /nobody serves this host's place|the log has gone silent/);
});

test("a connection that is closed is told at once", async ({ nc, pulls }) => {
  await nc.close();
  assert.match(await reasonOf(pulls.next(5_000)), /closed/);
});

test.run();
