/** A deployment that waits in the middle of its activation until it is let go, so that something can be done to it there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  /** Its journal says that the switch has ended; the log may not know yet. */
  readonly verifying: () => Promise<void>;
  readonly jobEnded: () => Promise<void>;
}

const journalHas = (root: string, words: string): boolean =>
  readdirSync(join(root, "journal"))
    .filter((name) => name.endsWith(".ndjson"))
    .some((name) => readFileSync(join(root, "journal", name), "utf8").includes(words));

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
    verifying: async () =>
      void (await eventually("the switch has ended", async () => journalHas(root, '"phase":"verify"') || undefined)),
    jobEnded: async () =>
      void (await eventually(
        "the job has ended",
        async () => (await liveJobs(root, processes)).length === 0 || undefined,
      )),
  };
};
