/**
 * The log is lost and made anew while the stream of alerts survives: the alerter that ran ends and says why, and the next one tells
 * of failures that stand where others stood in the old log. Real processes, a real server with real permissions.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject, responseSubject } from "../../lib/contract/address.ts";
import { logStream } from "../../lib/contract/log-names.ts";
import { eventually } from "../support/collector.ts";
import { hostName, requester, sinkName, tier } from "../support/fixtures.ts";
import { httpReceiver } from "../support/http-receiver.ts";
import { temporaryFolder } from "../support/nats.ts";
import { owner, startWorld } from "../support/nats-world.ts";
import { buildBundle } from "./support/bundle.ts";
import { type ListenerProcess, listenerProcess } from "./support/listener-process.ts";

const test = suite("e2e: the log is made anew");

const [prod, web1, alice, ops] = [tier("prod"), hostName("web1"), requester("alice"), sinkName("ops")];
const address = hostAddress(prod, web1);
const program = buildBundle();
const dir = temporaryFolder();
const world = await startWorld([
  { kind: "host", hostname: web1, addresses: [address] },
  { kind: "deployer", requester: alice, tiers: [prod] },
  { kind: "alerter", requester: requester("alerter") },
]);
const places = { hosts: [[web1, [address]]], sinks: [ops] } as const;
await world.apply(places);
const receiver = await httpReceiver();

const rules = join(dir, "alerts.toml");
writeFileSync(
  rules,
  [
    ...["[sinks.ops]", 'type = "webhook"', `url = "${receiver.url}/hook"`],
    ...["[rules.failed]", 'status = "failed"', 'to = "ops"'],
  ].join("\n"),
);

const running: ListenerProcess[] = [];
test.after(async () => {
  await Promise.all(running.map((process) => process.kill()));
  await receiver.stop();
  await world.close();
  await world.server.stop();
});

const start = async (): Promise<ListenerProcess> => {
  const words = ["alerter", "--rules", rules, "--nats-url", world.server.url];
  const process = listenerProcess([...program, ...words, "--nkey-file", world.keys.get("alerter") ?? ""]);
  running.push(process);
  await process.listening();
  return process;
};

const log = jetstream(await world.raw(owner));

/** A request and its failure: two records. */
const fail = async (message: string): Promise<void> => {
  const { seq } = await log.publish(requestSubject(alice, address), JSON.stringify({ revision: "main" }));
  const body = { hostname: "web1", status: "failed", error: "build_failed", message, request_seq: seq };
  await log.publish(responseSubject(prod, web1, "failed"), JSON.stringify(body));
};

const isTold = (message: string) =>
  eventually(`"${message}" is told`, async () =>
    receiver.got.some(({ body }) => body.includes(message)) ? true : undefined,
  );

test("what fails in the new log is told, at sequences that the old one had too", async () => {
  const first = await start();
  await fail("of the old log");
  await isTold("of the old log");
  const { streams } = await jetstreamManager(await world.raw(owner), { checkAPI: false });
  await streams.delete(logStream);
  await world.apply(places);
  const { code } = await first.exited;
  assert.is.not(code, 0);
  assert.match(first.out() + first.err(), "was made anew");
  await start();
  await fail("of the new log");
  await isTold("of the new log");
});

test.run();
