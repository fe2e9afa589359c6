/** `cancel` behind an address of this host: ends a request that waits, resolves or builds here. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { failure } from "../lib/contract/failure.ts";
import type { Handler, Request } from "../lib/contract/route.ts";
import type { cancel } from "../lib/contract/routes/cancel.ts";
import type { Cancel } from "../lib/host/cancel.ts";
import { type Control, type ControlEnv, controlling } from "./control.ts";
import { timeOf } from "./judging.ts";

export interface CancelEnv extends ControlEnv {
  readonly cancel: Cancel;
}

const decided = (request: Request<typeof cancel>, env: CancelEnv) => {
  const { seq, requester, input } = request;
  const { expires_at: expiry, reason } = input;
  if (expiry !== undefined && timeOf(env, request) > Date.parse(expiry))
    return left(failure("expired", `Request ${request.id} expired at ${expiry}, before this host read it.`));
  const canceller = { by: requester, seq, ...(reason === undefined ? {} : { reason }) };
  const control: Control = {
    message: `${env.host.hostname} ends request ${input.request}: it will not be activated`,
    effect: env.cancel(input.request, canceller),
  };
  return right(control);
};

export const handleCancel: Handler<typeof cancel, CancelEnv> = (request, env) =>
  controlling(request, env, () => TE.fromEither(decided(request, env)));
