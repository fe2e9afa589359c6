/**
 * A deployment that replaces hd itself. The test plays the unit manager: the switch writes down which version the unit runs
 * and ends the listener, and whatever has ended is started again, by the version that stands there then.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ListenerProcess } from "../../e2e/support/listener-process.ts";
import type { HostOfFleet } from "../../support/fleet.ts";
import type { Fault, ServedFleet, Stage } from "../support/fault.ts";
import { brokenUpgrade } from "../support/faulty-flake.ts";
import { supervise } from "../support/supervise.ts";

const host: HostOfFleet = "lab1";

const startUnit = (fleet: ServedFleet): ListenerProcess => {
  const root = fleet.root(host);
  const isBroken = readFileSync(join(root, "unit"), "utf8").trim() === brokenUpgrade;
  const listener = fleet.start(host, {}, (argv) => (isBroken ? [process.execPath, "-e", "process.exit(1)"] : argv));
  writeFileSync(join(root, "listener.pid"), `${listener.pid}`);
  return listener;
};

const upgraded = async (stage: Stage) => {
  const fleet = await stage.fleet({ words: ["--confirm-timeout", "2"] });
  writeFileSync(join(fleet.root(host), "unit"), "v1\n");
  const unit = supervise(stage, () => startUnit(fleet));
  await unit.now().listening();
  const deploy = async (revision: string) => stage.end(fleet, host, await stage.ask(fleet, host, { revision }));
  const good = await deploy("v1");
  stage.expect(unit.ends() === 0, "the unit was restarted although it had not changed");
  return { fleet, unit, deploy, good };
};

export const upgradeWorks: Fault = {
  name: "upgrade-works",
  about: "hd is upgraded by a deployment, which restarts the listener (the test plays the unit manager)",
  times: { full: 5, short: 1 },
  run: async (stage) => {
    const { unit, deploy } = await upgraded(stage);
    for (let n = 1; n <= stage.times; n += 1) {
      const { status, event } = await deploy(n % 2 === 1 ? "main" : "v1");
      stage.expect(status === "completed", `the upgrade ended ${event.message}`);
      stage.expect(unit.ends() === n, `the listener was restarted ${unit.ends()} times, not ${n}`);
    }
  },
};

export const upgradeDoesNotStart: Fault = {
  name: "upgrade-does-not-start",
  about:
    "hd is upgraded to a version that does not start: nobody confirms, and the old one reports (the test plays the unit manager)",
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const { fleet, deploy, good } = await upgraded(stage);
    const { event } = await deploy(brokenUpgrade);
    stage.expect(event.error === "rolled_back", `nobody confirmed it, and it ended ${event.error ?? "completed"}`);
    const { running } = await fleet.system(host);
    stage.expect(running === good.event.closure, `${running} runs, not what ran before`);
    const { status } = await deploy("main");
    stage.expect(status === "completed", `the next upgrade ended ${status}`);
  },
};
