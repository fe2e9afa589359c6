/** Where requests wait until they are served, in the order in which a host has to take them. */

import { newestTaken } from "../lib/host/newest-taken.ts";
import { stateDir } from "../lib/host/state-dir.ts";
import { type Backlog, backlog } from "../lib/router/backlog.ts";
import type { InHand } from "../lib/router/in-hand.ts";
import { type Serving, serve } from "../lib/router/serve.ts";
import { dispatches } from "./dispatches.ts";
import type { Parts } from "./envs.ts";

/** Of the listener's bus only what answers need. */
export interface Waiting extends Pick<Serving, "logger"> {
  readonly parts: Parts;
  readonly bus: Pick<Serving, "log" | "live">;
}

/** After the journals that were left behind were taken up: what they hold was taken by this host. */
export const waitingFor = async ({ parts, bus, logger }: Waiting, hand: InHand): Promise<Backlog> => {
  const { options, ids, engine, vouching } = parts;
  const { log, live } = bus;
  const { simulated } = engine;
  const newest = await newestTaken(stateDir(options.stateDir));
  const find = dispatches(parts, (id) => waiting.waits(id));
  const { vouch } = vouching;
  const handle = serve({ host: options.host, simulated, find, vouch, log, ids, live, logger, now: Date.now });
  const waiting = backlog({ serve: handle, track: hand.add, newest });
  return waiting;
};
