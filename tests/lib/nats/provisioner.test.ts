/** What the provisioner says of consumers and how it ends them, on a real server with exactly its permissions. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../../lib/contract/address.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";
import { startWorld } from "../../support/nats-world.ts";

const test = suite("lib/nats: provisioner");

const [prod, alice] = [tier("prod"), requester("alice")];
const [web1, web2] = [hostName("web1"), hostName("web2")];
const world = await startWorld([{ kind: "deployer", requester: alice, tiers: [prod] }]);
await world.apply({
  hosts: [
    [web1, [hostAddress(prod, web1)]],
    [web2, [hostAddress(prod, web2)]],
  ],
});
test.after(async () => {
  await world.close();
  await world.server.stop();
});

test("what waits for a host is counted, for each on its own", async () => {
  const bus = await world.bus("alice");
  for (const msgId of ["one", "two"]) {
    const subject = requestSubject(alice, hostAddress(prod, web1));
    rightOf(await bus.log.append({ subject, body: "{}", msgId })());
  }
  const waiting = await world.provision(async (log) => rightOf(await log.waiting("HD_AUDIT")()));
  assert.equal([...waiting].sort(), [
    ["host_web1", 2],
    ["host_web2", 0],
  ]);
});

test("a consumer ends, the records stay, and one that is gone may be ended again", async () => {
  await world.provision(async (log) => {
    rightOf(await log.deleteConsumer("HD_AUDIT", "host_web1")());
    rightOf(await log.deleteConsumer("HD_AUDIT", "host_web1")());
    assert.equal(
      rightOf(await log.consumers("HD_AUDIT")()).map(({ name }) => name),
      ["host_web2"],
    );
  });
  const bus = await world.bus("alice");
  assert.is(rightOf(await bus.log.end()()), 2);
});

test.run();
