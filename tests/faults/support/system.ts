/** What runs on a host and what will boot there, by its links. */
import type { StorePath } from "../../../lib/contract/values.ts";
import type { SystemState } from "../../../lib/host/engine.ts";
import { rootedPaths } from "../../../lib/nix/rooted-switch.ts";
import { simulatedStore } from "../../../lib/nix/simulated-build.ts";
import { readSystem } from "../../../lib/nix/system-links.ts";
import { eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import type { Fleet, HostOfFleet } from "../../support/fleet.ts";

export const systemOf = async (fleet: Fleet, host: HostOfFleet): Promise<SystemState> =>
  rightOf(await readSystem(rootedPaths(fleet.root(host)), simulatedStore(fleet.root(host)))());

/** Resolves when the host runs this and will boot it. */
export const goesBackTo = (fleet: Fleet, host: HostOfFleet, closure: StorePath | undefined): Promise<true> =>
  eventually(`${host} goes back to ${closure}`, async () => {
    const { running, boots } = await systemOf(fleet, host);
    return (running === closure && boots === closure) || undefined;
  });
