/** A deployment that waits in the middle of its activation until it is let go, so that something can be done to it there. */
import { liveJobs } from "../../../lib/host/live-jobs.ts";
import { processes } from "../../../lib/nix/process-identity.ts";
import { gateAt } from "../../e2e/support/gate.ts";
import { eventually } from "../../support/collector.ts";
import type { Fleet, HostOfFleet } from "../../support/fleet.ts";
import type { Stage } from "./fault.ts";

export interface Held {
  readonly seq: number;
  /** Lets it pass. */
  readonly open: () => Promise<void>;
  /** No gate any more. */
  readonly remove: () => Promise<void>;
  /** Both: it and every later switch pass. */
  readonly release: () => Promise<void>;
  readonly jobEnded: () => Promise<void>;
}

export const hold = async (stage: Stage, fleet: Fleet, host: HostOfFleet, body: object): Promise<Held> => {
  const root = fleet.root(host);
  const { open, remove } = await gateAt(root);
  const before = fleet.runs(host).length;
  const seq = await stage.ask(fleet, host, body);
  await eventually("the switch waits at the gate", async () => fleet.runs(host).length > before || undefined);
  return {
    ...{ seq, open, remove },
    release: async () => {
      await open();
      await remove();
    },
    jobEnded: async () =>
      void (await eventually(
        "the job has ended",
        async () => (await liveJobs(root, processes)).length === 0 || undefined,
      )),
  };
};
