/** The clock of the log on a real server, while the clock of this machine is set: it goes on, and the difference is told once. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../../lib/contract/address.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { connectListener } from "../../../lib/nats/listener-bus.ts";
import { eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, keepingLogger, keyIn, tier } from "../../support/fixtures.ts";
import { startWorld } from "../../support/nats-world.ts";

const test = suite("lib/nats/log-clock");

const lab = tier("test");
const h1: HostIdentity = { hostname: hostName("h1"), tier: lab, roles: [] };
const addresses = [hostAddress(lab, h1.hostname)];

const world = await startWorld([{ kind: "host", hostname: h1.hostname, addresses }]);
await world.apply({ hosts: [[h1.hostname, addresses]] });
let { server } = world;
test.after(async () => {
  await world.close();
  await server.stop();
});

const realNow = Date.now;
const setClock = (aheadMs: number): void => {
  Date.now = () => realNow() + aheadMs;
};
test.after.each(() => setClock(0));

const hourMs = 3_600_000;

const connect = async () => {
  const logger = keepingLogger();
  const credentials = keyIn(world.keys.get("h1"));
  const options = { servers: [server.url] as const, credentials, tls: undefined, host: h1, addresses, logger };
  const bus = rightOf(await connectListener(options)());
  const told = () => logger.lines.map(({ message }) => message).filter((message) => message.includes("clock of"));
  return { bus, told };
};

/** It is a second at most from the server's, which is on this machine. */
const isRight = (nowMs: number): boolean => Math.abs(nowMs - realNow()) < 1_000;

test("a clock that is right is nothing to tell of; set later, it changes nothing", async () => {
  const { bus, told } = await connect();
  await bus.clock.asked;
  assert.ok(isRight(bus.clock.now()));
  for (const aheadMs of [hourMs, -hourMs]) {
    setClock(aheadMs);
    assert.ok(isRight(bus.clock.now()));
  }
  assert.equal(told(), []);
  await bus.close();
});

test("a clock that is wrong is told once, asked again after each lost connection, and told when it is right again", async () => {
  setClock(-hourMs);
  const { bus, told } = await connect();
  await bus.clock.asked;
  assert.is(told().length, 1);
  assert.match(told()[0] ?? "", /^The clock of this machine is 60 minutes behind that of the log\. .*set it right\.$/);
  const reconnects = async () => {
    await server.kill();
    server = rightOf(await server.restart());
  };
  setClock(0);
  await reconnects();
  await eventually("the clock agrees again", async () => (told().length === 2 ? true : undefined));
  assert.is(told()[1], "The clock of this machine agrees with that of the log again.");
  assert.ok(isRight(bus.clock.now()));
  await bus.close();
});

test.run();
