/** The routes, one by one: the compiler proves from this list that no handler is missing. */
import { build } from "./build.ts";
import { cancel } from "./cancel.ts";
import { deploy } from "./deploy.ts";
import { discover } from "./discover.ts";
import { freeze } from "./freeze.ts";
import { unfreeze } from "./unfreeze.ts";

/** What a listener serves. */
export const routes = [deploy, cancel, freeze, unfreeze, discover] as const;

export type Routes = typeof routes;

/** @internal What a builder serves, and no listener. */
export const builderRoutes = [build] as const;
