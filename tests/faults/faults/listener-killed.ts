/** SIGKILL to the listener, at random moments of a deployment and again while it takes up what the first one left. */
import { setTimeout as delay } from "node:timers/promises";
import type { ListenerProcess } from "../../e2e/support/listener-process.ts";
import type { HostOfFleet } from "../../support/fleet.ts";
import type { Fault } from "../support/fault.ts";
import { inLanes } from "../support/lanes.ts";
import { askUntilMoment } from "../support/moment.ts";

const revisions = ["v1", "main"] as const;

export const listenerKilled: Fault = {
  name: "listener-killed",
  about: "kill -9 of the listener at random moments, also while it starts again",
  times: { full: 200, short: 6 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    const listeners = new Map<HostOfFleet, ListenerProcess>();
    const start = (host: HostOfFleet) => void listeners.set(host, fleet.start(host));
    const kill = async (host: HostOfFleet) => listeners.get(host)?.kill();
    await inLanes(stage, async (host, random) => {
      if (!listeners.has(host)) start(host);
      await listeners.get(host)?.listening();
      const seq = await askUntilMoment(stage, fleet, host, random, { revision: random.pick(revisions) });
      const more = random.chance(0.2) ? [await stage.ask(fleet, host, { revision: "v1" })] : [];
      await kill(host);
      start(host);
      if (random.chance(0.2)) {
        await delay(random.integer(0, 400));
        await kill(host);
        start(host);
      }
      for (const one of [seq, ...more]) {
        const { event } = await stage.end(fleet, host, one);
        // Its job went on. Only a kill within the making of the journal leaves an acceptance without one.
        const hasRun = fleet.runs(host).some(([id]) => id === event.id);
        stage.expect(
          event.error !== "interrupted" || !hasRun,
          `${event.id} on ${host} went on and is called interrupted`,
        );
      }
    });
  },
};
