/** A fleet on a cluster of three servers that keep three replicas of the log, each of which can be killed or cut off. */
import { jetstreamManager } from "@nats-io/jetstream";
import { eventually } from "../../support/collector.ts";
import { enrolment, type Fleet, fleetIdentities, fleetOn } from "../../support/fleet.ts";
import { temporaryFolder } from "../../support/nats.ts";
import { type Cluster, type NodePlace, withCluster } from "../../support/nats-cluster.ts";
import { keysFor, owner, worldOf } from "../../support/nats-world.ts";
import type { Stage } from "./fault.ts";

export interface ClusterFleet {
  readonly fleet: Fleet;
  readonly cluster: Cluster;
  /** The place of the node that leads the log. */
  readonly leader: () => Promise<number>;
}

interface ClusterOptions {
  readonly places?: readonly (NodePlace | undefined)[];
  /** The nodes that requesters and listeners know; all of them unless it is said. */
  readonly known?: readonly number[];
  readonly words?: readonly string[];
}

export const clusterFleet = async (
  stage: Stage,
  { places = [], known = [0, 1, 2], words = [] }: ClusterOptions = {},
): Promise<ClusterFleet> => {
  const { keys, config } = keysFor(fleetIdentities, temporaryFolder());
  // Ended after the fleet that runs on them.
  const ends: (() => Promise<void>)[] = [];
  const cluster = await withCluster({ after: (task) => void ends.push(task) }, 3, config, places);
  const [first = "", ...more] = known.map((node) => cluster.urls[node] ?? "");
  const servers = [first, ...more] as const;
  const world = worldOf(servers, keys);
  await world.apply({ replicas: 3, hosts: enrolment, consumer: { ackWaitMs: 1_000 } });
  const fleet = await fleetOn(stage, { world, servers, words, program: stage.program, flake: stage.flake });
  for (const end of ends) stage.after(end);
  stage.adopt(fleet);
  const leader = async (): Promise<number> => {
    const nc = await world.raw(owner);
    const { streams } = await jetstreamManager(nc);
    const name = await eventually("the log has a leader", async () => {
      const info = await streams.info("HD_AUDIT").catch(() => undefined);
      return info?.cluster?.leader || undefined;
    });
    await nc.close();
    return Number(name.slice(1));
  };
  return { fleet, cluster, leader };
};
