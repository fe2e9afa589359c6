/** Takes work from the log, and answers who asks which hosts are there. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import { discover } from "../lib/contract/routes/discover.ts";
import type { Backlog } from "../lib/router/backlog.ts";
import { dispatch } from "../lib/router/dispatch.ts";
import type { InHand } from "../lib/router/in-hand.ts";
import type { Live, Logger, Work } from "../lib/router/ports.ts";
import { serveLive } from "../lib/router/serve-live.ts";
import { handlers } from "./dispatches.ts";
import { discoverEnv, type Parts } from "./envs.ts";

interface Starting {
  readonly parts: Parts;
  readonly bus: { readonly live: Live; readonly work: Work };
  readonly logger: Logger;
}

/** What comes back is why it cannot. */
export const startServing = async (
  { parts, bus, logger }: Starting,
  hand: InHand,
  waiting: Backlog,
): Promise<Failure | undefined> => {
  const { live, work } = bus;
  const started = await work.start(waiting.take)();
  if (isLeft(started)) return started.left;
  const onDiscover = dispatch(discover, handlers.discover, discoverEnv(parts));
  const answer = serveLive({ dispatch: onDiscover, live, logger, now: Date.now });
  await live.subscribe(parts.options.discoverSubject, (message) => hand.add(answer(message)));
  return undefined;
};
