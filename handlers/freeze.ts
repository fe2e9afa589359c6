/** `freeze` behind an address of this host: it takes no deployment until a moment, or until it is unfrozen. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { shortAddress } from "../lib/contract/address.ts";
import { failure } from "../lib/contract/failure.ts";
import type { Handler, Request } from "../lib/contract/route.ts";
import type { freeze } from "../lib/contract/routes/freeze.ts";
import { instant, isBlank } from "../lib/contract/values.ts";
import type { Freezes } from "../lib/host/freezes.ts";
import { type Control, type ControlEnv, controlling } from "./control.ts";
import { timeOf } from "./judging.ts";

export interface FreezeEnv extends ControlEnv {
  readonly freezes: Pick<Freezes, "keep" | "inForce">;
}

/** A host that was away reads a freeze when it may be over; one that was over when it was asked for is a mistake. */
const decided = (request: Request<typeof freeze>, env: FreezeEnv) => {
  const { id, seq, atMs, requester, address, input } = request;
  const { reason, until } = input;
  if (isBlank(reason)) return left(failure("invalid_request", `Freeze ${id} does not say why: give a reason.`));
  if (until !== undefined && Date.parse(until) <= atMs) {
    const stored = instant(atMs);
    return left(
      failure(
        "invalid_request",
        `Freeze ${id} is until ${until}, and the log stored it at ${stored}: give a later end.`,
      ),
    );
  }
  const isOver = until !== undefined && timeOf(env, request) >= Date.parse(until);
  const end = until === undefined ? "until it is lifted" : `until ${until}${isOver ? ", which is over" : ""}`;
  const common = { address, frozen: true, by: requester, seq, at_ms: Math.floor(atMs) };
  const control: Control = {
    message: `${env.host.hostname} takes no deployment ${end}: ${shortAddress(address)} is frozen (${reason.replace(/\s+/g, " ")})`,
    effect: env.freezes.keep({ ...common, reason, ...(until === undefined ? {} : { until }) }),
  };
  return right(control);
};

export const handleFreeze: Handler<typeof freeze, FreezeEnv> = (request, env) =>
  controlling(request, env, () => TE.fromEither(decided(request, env)));
