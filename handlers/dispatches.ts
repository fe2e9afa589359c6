/** Which handler serves what is asked of the addresses of a host: by the verb behind each, and by nothing else. */
import { requestFilter } from "../lib/contract/address.ts";
import type { DeployEvent } from "../lib/contract/deploy-event.ts";
import type { HandlersFor } from "../lib/contract/route.ts";
import { cancel } from "../lib/contract/routes/cancel.ts";
import { deploy } from "../lib/contract/routes/deploy.ts";
import { freeze } from "../lib/contract/routes/freeze.ts";
import type { Routes } from "../lib/contract/routes/index.ts";
import { unfreeze } from "../lib/contract/routes/unfreeze.ts";
import type { Cancelling } from "../lib/host/cancel.ts";
import { type Dispatch, dispatch } from "../lib/router/dispatch.ts";
import { type Find, table } from "../lib/router/table.ts";
import { type CancelEnv, handleCancel } from "./cancel.ts";
import { type DeployEnv, handleDeploy } from "./deploy.ts";
import { type DiscoverEnv, handleDiscover } from "./discover.ts";
import { controlEnv, deployEnv, type Parts } from "./envs.ts";
import { type FreezeEnv, handleFreeze } from "./freeze.ts";
import { handleUnfreeze } from "./unfreeze.ts";

/** The proof that every route has its handler. */
export const handlers = {
  deploy: handleDeploy,
  cancel: handleCancel,
  freeze: handleFreeze,
  unfreeze: handleUnfreeze,
  discover: handleDiscover,
} satisfies HandlersFor<Routes, DeployEnv & CancelEnv & FreezeEnv & DiscoverEnv>;

/** `waits`: whether a request with this id is here and has not been answered. */
export const dispatches = (parts: Parts, waits: Cancelling["waits"]): Find<Dispatch<DeployEvent>> => {
  const control = controlEnv(parts, waits);
  const served = [
    { route: deploy, serve: dispatch(deploy, handlers.deploy, deployEnv(parts)) },
    { route: cancel, serve: dispatch(cancel, handlers.cancel, control) },
    { route: freeze, serve: dispatch(freeze, handlers.freeze, control) },
    { route: unfreeze, serve: dispatch(unfreeze, handlers.unfreeze, control) },
  ];
  return table(
    parts.expansion.addresses.flatMap((address) =>
      served.flatMap(({ route, serve }) => route.verbs.map((verb) => [requestFilter(address, verb), serve] as const)),
    ),
  );
};
