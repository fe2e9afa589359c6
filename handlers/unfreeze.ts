/** `unfreeze` behind an address of this host: lifts the freeze of that very address, and of no other. */
import * as TE from "fp-ts/lib/TaskEither.js";
import { shortAddress } from "../lib/contract/address.ts";
import type { Handler, Request } from "../lib/contract/route.ts";
import type { unfreeze } from "../lib/contract/routes/unfreeze.ts";
import { type Control, controlling } from "./control.ts";
import type { FreezeEnv } from "./freeze.ts";

const lifted = ({ seq, atMs, requester, address, input }: Request<typeof unfreeze>, env: FreezeEnv): Control => {
  const { reason } = input;
  const common = { address, frozen: false, by: requester, seq, at_ms: Math.floor(atMs) };
  return {
    message: `${shortAddress(address)} is not frozen on ${env.host.hostname}`,
    effect: env.freezes.keep({ ...common, ...(reason === undefined ? {} : { reason }) }),
  };
};

export const handleUnfreeze: Handler<typeof unfreeze, FreezeEnv> = (request, env) =>
  controlling(request, env, () => TE.right(lifted(request, env)));
