/** Waits for what runs on a host. */
import type { StorePath } from "../../../lib/contract/values.ts";
import { eventually } from "../../support/collector.ts";
import type { Fleet, HostOfFleet } from "../../support/fleet.ts";

/** Resolves when the host runs this and will boot it. */
export const goesBackTo = (fleet: Fleet, host: HostOfFleet, closure: StorePath | undefined): Promise<true> =>
  eventually(`${host} goes back to ${closure}`, async () => {
    const { running, boots } = await fleet.system(host);
    return (running === closure && boots === closure) || undefined;
  });
