/** What an import keeps from happening meanwhile, on a real server: a host that gets a place would run what was run long ago. */

import { jetstreamManager } from "@nats-io/jetstream";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import { toConsumerConfig } from "../../../lib/nats/consumer-settings.ts";
import { connectImporter, type ImporterConnection } from "../../../lib/nats/importer.ts";
import type { RawRecord } from "../../../lib/router/records.ts";
import { auditStream } from "../../../streams/audit.ts";
import { hostConsumer } from "../../../streams/host-consumer.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, keyIn, requester, tier } from "../../support/fixtures.ts";
import { owner, type ServedWorld, startWorld } from "../../support/nats-world.ts";

const test = suite<{ world: ServedWorld; importer: ImporterConnection }>("lib/nats/importer");

const [prod, web1] = [tier("prod"), hostName("web1")];
const address = hostAddress(prod, web1);
const place = hostConsumer(web1, [address]);
const settings = auditStream({ replicas: 1, maxBytes: 10_000_000 });
const extent = { records: 1, first: 1, last: 1 };

const request: RawRecord = {
  seq: 1,
  originSeq: 1,
  origin: "",
  subject: requestSubject(requester("alice"), address),
  time: "2026-01-31T12:00:00Z",
  headers: new Map(),
  body: '{"action":"switch","revision":"main"}',
};

test.before.each(async (context) => {
  context.world = await startWorld([{ kind: "host", hostname: web1, addresses: [address] }]);
  const { world } = context;
  const login = { servers: [world.server.url] as const, credentials: keyIn(world.keys.get(owner)) };
  context.importer = rightOf(await connectImporter({ ...login, requester: owner, notice: () => undefined })());
});
test.after.each(async ({ world, importer }) => {
  await importer.close();
  await world.close();
  await world.server.stop();
});

test("no host gets a place in a log that is being filled, and every one in a log that is full", async ({
  world,
  importer,
}) => {
  rightOf(await importer.begin(settings, extent)());
  await world.provision(async (port) => {
    const made = await port.createConsumer("HD_AUDIT", place)();
    assert.ok(isLeft(made));
    assert.match(made.left.message, "being filled by `hd import`");
  });
  rightOf(await importer.append([request])());
  rightOf(await importer.end(settings, extent)());
  await world.provision(async (port) => {
    rightOf(await port.createConsumer("HD_AUDIT", place)());
    assert.is(rightOf(await port.waiting("HD_AUDIT")()).get("host_web1"), 0);
  });
});

test("a place that came about all the same is told", async ({ world, importer }) => {
  rightOf(await importer.begin(settings, extent)());
  const { consumers } = await jetstreamManager(await world.raw(owner), { checkAPI: false });
  await consumers.add("HD_AUDIT", toConsumerConfig(place));
  rightOf(await importer.append([request])());
  const ended = await importer.end(settings, extent)();
  assert.ok(isLeft(ended));
  assert.match(ended.left.message, "stop those listeners at once");
});

test.run();
