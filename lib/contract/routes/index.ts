/** The routes, one by one: the compiler proves from this list that no handler is missing. */
import { deploy } from "./deploy.ts";
import { discover } from "./discover.ts";

export const routes = [deploy, discover] as const;

export type Routes = typeof routes;
