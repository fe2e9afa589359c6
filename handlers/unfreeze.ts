/** `unfreeze` behind an address of this host: lifts the freeze of that very address, and of no other. */
import { isLeft } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type Address, shortAddress } from "../lib/contract/address.ts";
import type { Handler, Request } from "../lib/contract/route.ts";
import type { unfreeze } from "../lib/contract/routes/unfreeze.ts";
import { type Control, controlling } from "./control.ts";
import { frozenBy } from "./deploy-checks.ts";
import type { FreezeEnv } from "./freeze.ts";

/** Whoever lifts one freeze must not believe that none is left. */
const stillFrozen = ({ host, freezes }: FreezeEnv, address: Address): string => {
  const held = freezes.inForce();
  const [other] = isLeft(held) ? [] : held.right.filter((freeze) => freeze.address !== address);
  return other === undefined ? "" : `, but ${host.hostname} still takes no deployment: ${frozenBy(other)}`;
};

const lifted = ({ seq, atMs, requester, address, input }: Request<typeof unfreeze>, env: FreezeEnv): Control => {
  const { reason } = input;
  const common = { address, frozen: false, by: requester, seq, at_ms: Math.floor(atMs) };
  return {
    message: `no freeze of ${shortAddress(address)} holds on ${env.host.hostname}${stillFrozen(env, address)}`,
    effect: env.freezes.keep({ ...common, ...(reason === undefined ? {} : { reason }) }),
  };
};

export const handleUnfreeze: Handler<typeof unfreeze, FreezeEnv> = (request, env) =>
  controlling(request, env, () => TE.right(lifted(request, env)));
