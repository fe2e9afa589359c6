/** SIGKILL to the nats-server, at random moments while three hosts deploy; it comes back in its folder and on its port. */
import type { Fault } from "../support/fault.ts";
import { askUntilMoment } from "../support/moment.ts";

const revisions = ["v1", "main"] as const;

export const serverKilled: Fault = {
  name: "server-killed",
  about: "nats-server killed and started again at random moments",
  times: { full: 50, short: 2 },
  run: async (stage) => {
    const { random, times } = stage;
    const fleet = await stage.fleet();
    await fleet.listen("web1", "web2", "lab1");
    for (let n = 0; n < times; n += 1) {
      const revision = random.pick(revisions);
      const others = (["web1", "web2"] as const).map(async (host) => stage.ask(fleet, host, { revision }));
      const seq = await askUntilMoment(stage, fleet, "lab1", random, { revision });
      await fleet.server.kill();
      await fleet.server.restart();
      await stage.end(fleet, "lab1", seq);
      const [web1 = 0, web2 = 0] = await Promise.all(others);
      await stage.end(fleet, "web1", web1);
      await stage.end(fleet, "web2", web2);
    }
  },
};
