/** SIGKILL to all that runs on a host, at random moments of a deployment, as when the power goes away; then it comes back. */
import type { Fault } from "../support/fault.ts";
import { killHost } from "../support/host-tree.ts";
import { inLanes } from "../support/lanes.ts";
import { askUntilMoment } from "../support/moment.ts";

const revisions = ["v1", "main"] as const;

export const hostKilled: Fault = {
  name: "host-killed",
  about: "kill -9 of listener, job and switch together at random moments",
  times: { full: 200, short: 6 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    await inLanes(stage, async (host, random) => {
      await fleet.start(host).listening();
      const seq = await askUntilMoment(stage, fleet, host, random, { revision: random.pick(revisions) });
      await killHost(fleet.root(host));
      const next = fleet.start(host);
      await stage.end(fleet, host, seq);
      await next.kill();
    });
  },
};
