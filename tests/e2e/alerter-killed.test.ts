/**
 * The alerter ends at any moment, killed eight times while 150 deployments fail: a sink that knows what it had is told of each
 * failure once. Real processes of the bundle, a real server with real permissions, a real receiver.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { nanos } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject, responseSubject } from "../../lib/contract/address.ts";
import { alertStream, logStream, serviceDurables, sinkDurable } from "../../lib/contract/log-names.ts";
import { eventually } from "../support/collector.ts";
import { hostName, requester, sinkName, tier } from "../support/fixtures.ts";
import { httpReceiver } from "../support/http-receiver.ts";
import { temporaryFolder } from "../support/nats.ts";
import { owner, startWorld } from "../support/nats-world.ts";
import { buildBundle } from "./support/bundle.ts";
import { type ListenerProcess, listenerProcess } from "./support/listener-process.ts";

const test = suite("e2e: alerter killed");

const [prod, web1, alice, ops] = [tier("prod"), hostName("web1"), requester("alice"), sinkName("ops")];
const address = hostAddress(prod, web1);
const program = buildBundle();
const dir = temporaryFolder();
const world = await startWorld([
  { kind: "host", hostname: web1, addresses: [address] },
  { kind: "deployer", requester: alice, tiers: [prod] },
  { kind: "alerter", requester: requester("alerter") },
]);
await world.apply({ hosts: [[web1, [address]]], sinks: [ops] });
const receiver = await httpReceiver();

/** What was in hand at a kill comes again after this time; the real one would make the tests slow. */
const ackWaitMs = 1_000;
const { consumers } = await jetstreamManager(await world.raw(owner), { checkAPI: false });
await consumers.update(logStream, serviceDurables.alerter, { ack_wait: nanos(ackWaitMs) });
await consumers.update(alertStream, sinkDurable(ops), { ack_wait: nanos(ackWaitMs) });

const rules = join(dir, "alerts.toml");
writeFileSync(
  rules,
  [
    ...["[sinks.ops]", 'type = "webhook"', `url = "${receiver.url}/hook"`],
    ...["[rules.failed]", 'status = "failed"', 'to = "ops"'],
  ].join("\n"),
);

const start = async (): Promise<ListenerProcess> => {
  const words = ["alerter", "--rules", rules, "--nats-url", world.server.url];
  const process = listenerProcess([...program, ...words, "--nkey-file", world.keys.get("alerter") ?? ""]);
  await process.listening();
  return process;
};

const running: ListenerProcess[] = [];
test.after(async () => {
  await Promise.all(running.map((process) => process.kill()));
  await receiver.stop();
  await world.close();
  await world.server.stop();
});

const [asking, answering] = [jetstream(await world.raw("alice")), jetstream(await world.raw("web1"))];

/** One request of alice that fails on web1; the sequence of the failure. */
const fail = async (n: number): Promise<number> => {
  const id = `request-${n}`;
  const asked = { action: "switch", revision: "main", id };
  const { seq: request_seq } = await asking.publish(requestSubject(alice, address), JSON.stringify(asked));
  const event = { hostname: web1, status: "failed", error: "build_failed", message: "it does not build", id };
  const body = JSON.stringify({ ...event, request_seq, phase: "build", requester: alice, elapsed_ms: 5_000 });
  return (await answering.publish(responseSubject(prod, web1, "failed"), body)).seq;
};

/** The failures that the receiver was told of, each once for each message with an id of its own. */
const told = (): readonly number[] => {
  const byId = new Map(receiver.got.map(({ headers, body }) => [headers["webhook-id"], body]));
  return [...byId.values()].map((body) => JSON.parse(body).data.alert.details[0].seq).sort((a, b) => a - b);
};

test("150 failures and 8 kills: none missed, none doubled", async () => {
  const [failures, kills] = [150, 8];
  let process = await start();
  running.push(process);
  const failed: number[] = [];
  for (let n = 1; n <= failures; n++) {
    failed.push(await fail(n));
    if (n % Math.floor(failures / kills) !== 0 || n / Math.floor(failures / kills) > kills) continue;
    // In the midst of what it has in hand.
    await eventually("something was told", async () => receiver.got.length > 0 || undefined);
    await process.kill();
    process = await start();
    running.push(process);
  }
  await eventually("all were told", async () => told().length >= failures || undefined);
  assert.equal(told(), failed);
  assert.equal(await process.terminate(), { code: 0, signal: null });
});

test("two alerters share the work, and tell each failure once, without a repetition", async () => {
  const before = receiver.got.length;
  const both = await Promise.all([start(), start()]);
  running.push(...both);
  const failed = await Promise.all(Array.from({ length: 40 }, (_, n) => fail(1_000 + n)));
  await eventually("all were told", async () => receiver.got.length >= before + failed.length || undefined);
  for (const process of both) assert.equal(await process.terminate(), { code: 0, signal: null });
  assert.is(receiver.got.length, before + failed.length);
  const wanted = new Set(failed);
  assert.is(told().filter((seq) => wanted.has(seq)).length, failed.length);
});

test.run();
