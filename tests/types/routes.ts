/**
 * What the compiler must refuse, and what it must take. Never run: it is checked by compiling, where an expected error that
 * does not come is an error itself.
 */
import * as TE from "fp-ts/lib/TaskEither.js";
import { hostAddress } from "../../lib/contract/address.ts";
import { failure } from "../../lib/contract/failure.ts";
import type { HostName, Tier } from "../../lib/contract/names.ts";
import {
  type ArgsOf,
  type Handler,
  type HandlersFor,
  type InputOf,
  type OutputOf,
  route,
} from "../../lib/contract/route.ts";
import type { cancel } from "../../lib/contract/routes/cancel.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import type { discover } from "../../lib/contract/routes/discover.ts";
import type { freeze } from "../../lib/contract/routes/freeze.ts";
import type { Routes } from "../../lib/contract/routes/index.ts";
import type { unfreeze } from "../../lib/contract/routes/unfreeze.ts";
import { defaulted, optional, required, struct } from "../../lib/contract/struct.ts";
import { Action, type Revision, type StorePath } from "../../lib/contract/values.ts";

declare const hostname: HostName;
declare const tier: Tier;
declare const revision: Revision;
declare const closure: StorePath;
declare const handleDeploy: Handler<typeof deploy, object>;
declare const handleCancel: Handler<typeof cancel, object>;
declare const handleFreeze: Handler<typeof freeze, object>;
declare const handleUnfreeze: Handler<typeof unfreeze, object>;
declare const handleDiscover: Handler<typeof discover, object>;

const answer: OutputOf<typeof discover> = { hostname, tier, deploy_subjects: [] };
const event: OutputOf<typeof deploy> = { hostname, status: "accepted", error: null, message: "taken" };

const control = { cancel: handleCancel, freeze: handleFreeze, unfreeze: handleUnfreeze };

export const complete: HandlersFor<Routes, object> = { ...control, deploy: handleDeploy, discover: handleDiscover };

// @ts-expect-error A route without a handler.
export const missing: HandlersFor<Routes, object> = { ...control, deploy: handleDeploy };

// @ts-expect-error A handler of another route.
export const swapped: HandlersFor<Routes, object> = { ...control, deploy: handleDeploy, discover: handleDeploy };

// @ts-expect-error A handler without a route.
export const extra: HandlersFor<Routes, object> = { ...complete, reboot: handleDeploy };

export const common: Handler<typeof discover, object> = () => TE.left(failure("internal", "any call may end in it"));

export const declared: Handler<typeof deploy, object> = () => TE.left(failure("busy", "deploy declares it"));

// @ts-expect-error A failure that the route does not declare.
export const undeclared: Handler<typeof discover, object> = () => TE.left(failure("busy", "discover does not"));

// @ts-expect-error A code that is not in the table.
export const unknownCode = failure("exploded", "no such code");

export const whole: Handler<typeof discover, object> = () => TE.right({ answer });

// @ts-expect-error An answer without its required fields.
export const hollow: Handler<typeof discover, object> = () => TE.right({ answer: { hostname } });

// @ts-expect-error A status that is no status.
export const misstated: OutputOf<typeof deploy> = { ...event, status: "done" };

// @ts-expect-error An optional field is absent, never undefined.
export const blank: OutputOf<typeof deploy> = { ...event, phase: undefined };

// @ts-expect-error A plain string is no host name.
export const plain: HostName = "web1";

// @ts-expect-error A tier is no host name, although both follow one rule.
export const mixed = hostAddress(tier, tier);

// @ts-expect-error A store path is no revision.
export const path: ArgsOf<typeof deploy> = { revision: closure };

export const args: ArgsOf<typeof deploy> = { revision };

// @ts-expect-error A required argument is missing.
export const bare: ArgsOf<typeof deploy> = { action: "boot" };

// @ts-expect-error An argument that the route does not know.
export const unknown: ArgsOf<typeof deploy> = { revision, branch: revision };

// @ts-expect-error What was decoded has its defaults filled in.
export const unfilled: InputOf<typeof deploy> = { revision };

export const fields = struct("sample", {
  action: defaulted(Action, "switch", "what"),
  again: optional(Action, "twice"),
});

// @ts-expect-error A default that does not fit its codec.
export const misfit = defaulted(Action, "reboot", "what");

// @ts-expect-error A route without a subject.
export const nowhere = route({ ...({} as typeof discover), address: [], input: { action: required(Action, "what") } });
