/** The wall clock of a host jumps by an hour in the middle of deployments: a stand-in for the clock is loaded into its processes. */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostOfFleet } from "../../support/fleet.ts";
import type { Fault } from "../support/fault.ts";
import { inLanes } from "../support/lanes.ts";
import { askUntilMoment } from "../support/moment.ts";

const preload = join(import.meta.dirname, "../support/clock.mjs");
const hourMs = 3_600_000;

export const clockJumps: Fault = {
  name: "clock-jumps",
  about: "the host's clock jumps an hour forth or back at random moments (STAND-IN: Date is moved in its processes)",
  times: { full: 36, short: 3 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    const clockOf = (host: HostOfFleet) => join(stage.dir, `${host}.clock`);
    const jump = (host: HostOfFleet, toMs: number) => {
      writeFileSync(`${clockOf(host)}.draft`, `${toMs}`);
      renameSync(`${clockOf(host)}.draft`, clockOf(host));
    };
    for (const host of ["web1", "web2", "lab1"] as const) {
      jump(host, 0);
      const env = { NODE_OPTIONS: `--import=${preload}`, HD_TEST_CLOCK: clockOf(host) };
      await fleet.start(host, env).listening();
    }
    await inLanes(stage, async (host, random) => {
      const seq = await askUntilMoment(stage, fleet, host, random, { revision: random.pick(["v1", "main"]) });
      const toMs = random.pick([-hourMs, 0, hourMs]);
      jump(host, toMs);
      const { status, event } = await stage.end(fleet, host, seq);
      stage.expect(status === "completed", `the clock of ${host} jumped to ${toMs} ms, and it ended ${event.message}`);
    });
  },
};
