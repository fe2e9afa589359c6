/** Switches that do not do what their exit code says, or that do something to the very parts that have to report them. */
import type { HostOfFleet } from "../../support/fleet.ts";
import type { Fault, ServedFleet, Stage } from "../support/fault.ts";
import { onSwitch } from "../support/faulty-flake.ts";
import { hold } from "../support/held.ts";
import { proxyTo } from "../support/proxy.ts";
import { supervise } from "../support/supervise.ts";
import { goesBackTo } from "../support/system.ts";

const host: HostOfFleet = "lab1";

const deploys = async (stage: Stage, fleet: ServedFleet, revision: string) =>
  stage.end(fleet, host, await stage.ask(fleet, host, { revision }));

const revisionOf = (n: number): string => (n % 2 === 0 ? "v1" : "main");

const goesBack = (name: string, about: string, script: string, cause: string): Fault => ({
  name,
  about,
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    await fleet.listen(host);
    const good = await deploys(stage, fleet, "v1");
    await onSwitch(fleet.root(host), script);
    const { event } = await deploys(stage, fleet, "main");
    stage.expect(event.error === "rolled_back" && event.cause === cause, `it ended ${event.error} of ${event.cause}`);
    stage.expect(event.previous === good.event.closure, `it went back to ${event.previous}`);
    const { status } = await deploys(stage, fleet, "main");
    stage.expect(status === "completed", `a sound switch ended ${status}`);
  },
});

export const switchDoesNothing = goesBack(
  "switch-does-nothing",
  "a switch that exits 0 without switching",
  "exit 0",
  "verification_failed",
);

export const switchUnitsFail = goesBack(
  "switch-units-fail",
  "a switch that exits 4: units failed",
  `mkdir -p "$root/run"
ln -sfn "$new" "$root/run/current-system"
echo "warning: the following units failed: bad.service" >&2
exit 4`,
  "units_failed",
);

/** The test plays the unit manager: whatever ends is started again. */
const restarted = (name: string, about: string, victim: "listener" | "server"): Fault => ({
  name,
  about,
  times: { full: 5, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    const unit = supervise(stage, () => fleet.start(host));
    await unit.now().listening();
    const pids = { listener: () => unit.now().pid, server: fleet.server.pid };
    const comesBack = async () => {
      if (victim === "listener") return;
      await fleet.server.ended();
      await fleet.server.restart();
    };
    for (let n = 0; n < stage.times; n += 1) {
      await onSwitch(fleet.root(host), `kill -9 ${pids[victim]()}`);
      const back = comesBack();
      const { status, event } = await deploys(stage, fleet, revisionOf(n));
      await back;
      stage.expect(status === "completed", `it was back at once, and the deployment ended ${event.message}`);
    }
    const ends = victim === "listener" ? stage.times : 0;
    stage.expect(unit.ends() === ends, `the listener ended ${unit.ends()} times, and not ${ends}`);
  },
});

export const switchKillsListener = restarted(
  "switch-kills-listener",
  "a switch that kills the listener (the test starts it again, as its unit would)",
  "listener",
);

export const switchRestartsServer = restarted(
  "switch-restarts-server",
  "a switch that kills the nats-server (the test starts it again, as its unit would)",
  "server",
);

export const switchCutsNetwork: Fault = {
  name: "switch-cuts-network",
  about: "a switch that cuts the network for longer than a confirmation may take: the host goes back by itself",
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet({ words: ["--confirm-timeout", "1"] });
    const proxy = await proxyTo(Number(new URL(fleet.server.url).port));
    stage.after(proxy.close);
    await fleet.start(host, {}, proxy.between).listening();
    const good = await deploys(stage, fleet, "v1");
    const held = await hold(stage, fleet, host, { revision: "main" });
    proxy.cut();
    await held.release();
    await goesBackTo(fleet, host, good.event.closure);
    proxy.heal();
    const { event } = await stage.end(fleet, host, held.seq);
    stage.expect(event.error === "rolled_back", `it was cut off for too long, and ended ${event.error ?? "completed"}`);
  },
};

export const switchCutsNetworkShortly: Fault = {
  name: "switch-cuts-network-shortly",
  about: "a switch that cuts the network, which is whole again before a confirmation is due",
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet({ words: ["--confirm-timeout", "60"] });
    const proxy = await proxyTo(Number(new URL(fleet.server.url).port));
    stage.after(proxy.close);
    await fleet.start(host, {}, proxy.between).listening();
    const held = await hold(stage, fleet, host, { revision: "v1" });
    proxy.cut();
    await held.release();
    await held.verifying();
    proxy.heal();
    const { status, event } = await stage.end(fleet, host, held.seq);
    stage.expect(status === "completed", `the network was back in time, and it ended ${event.message}`);
  },
};
