/** Where requests wait until they are served, in the order in which a host has to take them. */

import { newestTaken } from "../lib/host/newest-taken.ts";
import { stateDir } from "../lib/host/state-dir.ts";
import type { ListenerBus } from "../lib/nats/listener-bus.ts";
import { type Backlog, backlog } from "../lib/router/backlog.ts";
import type { InHand } from "../lib/router/in-hand.ts";
import type { Logger } from "../lib/router/ports.ts";
import { serve } from "../lib/router/serve.ts";
import { dispatches } from "./dispatches.ts";
import type { Parts } from "./envs.ts";

export interface Serving {
  readonly parts: Parts;
  readonly bus: ListenerBus;
  readonly logger: Logger;
}

/** After the journals that were left behind were taken up: what they hold was taken by this host. */
export const waitingFor = async ({ parts, bus, logger }: Serving, hand: InHand): Promise<Backlog> => {
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
