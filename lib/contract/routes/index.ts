/** The routes, one by one: the compiler proves from this list that no handler is missing. */
import { cancel } from "./cancel.ts";
import { deploy } from "./deploy.ts";
import { discover } from "./discover.ts";
import { freeze } from "./freeze.ts";
import { unfreeze } from "./unfreeze.ts";

export const routes = [deploy, cancel, freeze, unfreeze, discover] as const;

export type Routes = typeof routes;
