/** What an identity may not do fails at once and says what was denied, whichever port it is tried through. */
import { randomBytes } from "node:crypto";
import { jetstream } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject, responseSubject } from "../../../lib/contract/address.ts";
import type { Failure } from "../../../lib/contract/failure.ts";
import type { Identity } from "../../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { messageIds } from "../../../lib/host/message-ids.ts";
import { connectBus } from "../../../lib/nats/bus.ts";
import { connectListener } from "../../../lib/nats/listener-bus.ts";
import { respond } from "../../../lib/router/serve.ts";
import { put } from "../../support/bus-suite.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { event, hostName, keyIn, order, requester, requestId, tier } from "../../support/fixtures.ts";
import { type ServedWorld, startWorld } from "../../support/nats-world.ts";

const test = suite<{ world: ServedWorld }>("lib/nats: identities");

const [lab, prod] = [tier("test"), tier("prod")];
const [alice, bob, carol] = [requester("alice"), requester("bob"), requester("carol")];
const hostOf = (name: string): HostIdentity => ({ hostname: hostName(name), tier: lab, roles: [] });
const [h1, h2] = [hostOf("h1"), hostOf("h2")];
const served = (host: HostIdentity) => [hostAddress(lab, host.hostname)];
const web1 = hostAddress(prod, hostName("web1"));

const identities: readonly Identity[] = [
  { kind: "deployer", requester: alice, tiers: [lab, prod] },
  { kind: "deployer", requester: bob, tiers: [lab] },
  { kind: "auditor", requester: carol },
  { kind: "host", hostname: h1.hostname, addresses: served(h1) },
  { kind: "host", hostname: h2.hostname, addresses: served(h2) },
];

test.before(async (context) => {
  context.world = await startWorld(identities);
  await context.world.apply({ hosts: [h1, h2].map((host) => [host.hostname, served(host)]) });
});
test.after(async ({ world }) => {
  await world.close();
  await world.server.stop();
});

const denied = ({ code, message }: Failure, what: string): void => {
  assert.is(code, "unauthorized");
  assert.match(message, what);
};

test("a deployer asks in its own name and in its tiers", async ({ world }) => {
  const { log, close } = await world.bus(bob);
  await put(log, requestSubject(bob, hostAddress(lab, h1.hostname)));
  const startMs = performance.now();
  for (const subject of [requestSubject(bob, web1), requestSubject(alice, hostAddress(lab, h1.hostname))]) {
    denied(failureOf(await log.append({ subject, body: "{}", msgId: subject })()), subject);
  }
  const answer = responseSubject(lab, h1.hostname, "completed");
  denied(failureOf(await log.append({ subject: answer, body: "{}", msgId: answer })()), answer);
  assert.ok(performance.now() - startMs < 10_000, "a denial is not retried");
  await close();
});

test("a host answers for itself, in its tier, and reads its own records", async ({ world }) => {
  const { log, close } = await world.listener(h1, served(h1));
  await put(log, responseSubject(lab, h1.hostname, "started"));
  const others = [responseSubject(lab, h2.hostname, "started"), responseSubject(prod, h1.hostname, "started")];
  for (const subject of [...others, requestSubject(alice, web1)]) {
    denied(failureOf(await log.append({ subject, body: "{}", msgId: subject })()), subject);
  }
  for (const subject of [...others, "hd.res.>"]) denied(failureOf(await log.last(subject)()), "publish");
  await close();
});

test("a host cannot take another's work", async ({ world }) => {
  const options = { servers: [world.server.url] as const, addresses: served(h2), logger: world.said.logger };
  const posing = rightOf(await connectListener({ ...options, host: h2, credentials: keyIn(world.keys.get("h1")) })());
  const started = await posing.work.start(() => assert.unreachable())();
  await posing.close();
  denied(failureOf(started), "does not know this key by the name h2");
});

test("nobody keeps a host's record out of the log by using its message id first", async ({ world }) => {
  const nc = await world.raw(bob);
  const host = { hostname: h1.hostname, tier: lab, roles: [] };
  const secretIds = messageIds(h1.hostname, randomBytes(32));
  const asked = { id: requestId("01GUESSED"), seq: 41 };
  const guesses = [1, 2, "rejected"].flatMap((which) => [`${asked.id}:h1:${which}`, `${asked.id}:h1:41:${which}`]);
  for (const guess of guesses) await jetstream(nc).publish(`hd.req.${bob}.test.nobody`, "{}", { msgID: guess });
  const { log, live, close } = await world.listener(h1, served(h1));
  const said = event(order({ id: asked.id, hostname: h1.hostname, tier: lab }), { status: "accepted" });
  assert.is(await respond({ host, log, live }, said, secretIds.of(asked, 1), undefined), undefined);
  assert.is(rightOf(await log.last(responseSubject(lab, h1.hostname, "accepted"))())?.msgId, secretIds.of(asked, 1));
  await Promise.all([nc.close(), close()]);
});

test("an auditor reads everything and writes nothing", async ({ world }) => {
  const { log, live, roster, close } = await world.bus(carol);
  assert.ok(rightOf(await log.end()()) > 0);
  assert.is(rightOf(await log.range(1, "hd.>", 10)()).length, rightOf(await log.end()()));
  assert.is(rightOf(await roster.enrolled()()).length, 2);
  const subject = requestSubject(carol, web1);
  denied(failureOf(await log.append({ subject, body: "{}", msgId: subject })()), subject);
  await live.subscribe("deploy.responses.*", () => assert.unreachable());
  assert.match(await world.said.heard("deploy.responses.*"), "may not subscribe");
  await close();
});

test("a name that is not the key's own gets no answers", async ({ world }) => {
  const credentials = keyIn(world.keys.get("bob"));
  const options = { servers: [world.server.url] as const, requester: alice, credentials, notice: world.said.notice };
  const bus = rightOf(await connectBus(options)());
  denied(failureOf(await bus.log.end()()), "does not know this key by the name alice");
  denied(failureOf(await bus.roster.enrolled()()), "does not know this key by the name alice");
  await bus.close();
});

test.run();
