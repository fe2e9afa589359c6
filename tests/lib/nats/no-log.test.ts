/** Servers on which there cannot be a log: each is told apart, within seconds, with what to do about it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import type { Failure } from "../../../lib/contract/failure.ts";
import { connectBus } from "../../../lib/nats/bus.ts";
import { startServer } from "../../../lib/server/start.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { hostName, keyIn, requester, tier } from "../../support/fixtures.ts";
import { natsBinary, openConfig, temporaryFolder } from "../../support/nats.ts";
import { startWorld } from "../../support/nats-world.ts";

const test = suite("lib/nats: no log");

const alice = requester("alice");
const subject = requestSubject(alice, hostAddress(tier("test"), hostName("h1")));

/** An append must not burn its deadline of half a minute on what is certain. */
const appendTo = async (servers: readonly [string], nkeyFile: string | undefined): Promise<Failure> => {
  const bus = rightOf(
    await connectBus({ servers, requester: alice, credentials: keyIn(nkeyFile), notice: () => undefined })(),
  );
  const startMs = performance.now();
  const failure = failureOf(await bus.log.append({ subject, body: "{}", msgId: "a" })());
  assert.ok(performance.now() - startMs < 15_000);
  await bus.close();
  return failure;
};

const onOpenServer = async (config: string): Promise<Failure> => {
  const server = rightOf(await startServer({ binary: await natsBinary(), config, dir: temporaryFolder() }));
  const failure = await appendTo([server.url], undefined);
  await server.stop();
  return failure;
};

test("a server without JetStream", async () => {
  const { code, message } = await onOpenServer("");
  assert.is(code, "unaudited");
  assert.match(message, "JetStream is not enabled");
});

test("a plain server with JetStream and without the log", async () => {
  const { code, message } = await onOpenServer(openConfig);
  assert.is(code, "unaudited");
  assert.match(message, /does not exist on this server.*hd streams apply/);
});

test("an account without JetStream", async () => {
  const identities = [{ kind: "deployer", requester: alice, tiers: [tier("test")] }] as const;
  const world = await startWorld(identities, (config) => config.replace('jetstream: "enabled"', ""));
  const { code, message } = await appendTo([world.server.url], world.keys.get(alice));
  assert.is(code, "unaudited");
  assert.match(message, "JetStream is not enabled");
  await world.server.stop();
});

test.run();
