/** SIGKILL to the server that leads the log of a cluster of three, again and again, while all hosts deploy. */
import { setTimeout as delay } from "node:timers/promises";
import type { HostOfFleet } from "../../support/fleet.ts";
import { clusterFleet } from "../support/cluster-fleet.ts";
import type { Fault } from "../support/fault.ts";

const hosts: readonly HostOfFleet[] = ["web1", "web2", "lab1"];

export const leaderKilled: Fault = {
  name: "leader-killed",
  about: "the leader of a cluster of three killed while all hosts deploy without a pause",
  times: { full: 20, short: 0 },
  run: async (stage) => {
    const { fleet, cluster, leader } = await clusterFleet(stage);
    await fleet.listen(...hosts);
    let isOver = false;
    const load = hosts.map(async (host) => {
      const own = stage.random.fork(host);
      while (!isOver)
        await stage.end(fleet, host, await stage.ask(fleet, host, { revision: own.pick(["v1", "main"]) }));
    });
    for (let n = 0; n < stage.times; n += 1) {
      await delay(stage.random.integer(0, 1_000));
      const node = await leader();
      await cluster.nodes[node]?.kill();
      await cluster.restart(node);
    }
    isOver = true;
    await Promise.all(load);
  },
};
