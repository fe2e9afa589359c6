/** The adapter on a real server, each identity with no more than its permissions. */
import type { Identity } from "../../../lib/contract/permissions.ts";
import { addressesOf, alice, busSuite, worldHosts, worldTier } from "../../support/bus-suite.ts";
import { startWorld } from "../../support/nats-world.ts";

const identities: readonly Identity[] = [
  { kind: "deployer", requester: alice, tiers: [worldTier] },
  ...worldHosts.map((host): Identity => ({ kind: "host", hostname: host.hostname, addresses: addressesOf(host) })),
];

busSuite("bus on a real server", async ({ maxBytes }) => {
  const world = await startWorld(identities);
  await world.apply({ maxBytes });
  const bus = await world.bus(alice);
  return {
    alice: bus,
    enrol: async (host) => {
      await world.apply({ maxBytes, hosts: [[host.hostname, addressesOf(host)]], consumer: { ackWaitMs: 1_000 } });
    },
    listener: (host) => world.listener(host, addressesOf(host)),
    end: async () => {
      await world.close();
      await world.server.stop();
    },
  };
});
