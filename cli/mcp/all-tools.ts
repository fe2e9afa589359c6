/** Every tool that there is. Which of them a session has: see allowance.ts. */
import type { Tool } from "./tool.ts";
import { alertsList } from "./tools/alerts-list.ts";
import { deploymentGet } from "./tools/deployment-get.ts";
import { deploymentLog } from "./tools/deployment-log.ts";
import { deploymentsList } from "./tools/deployments-list.ts";
import { fleetStatus } from "./tools/fleet-status.ts";
import { hostGet } from "./tools/host-get.ts";
import { hostsList } from "./tools/hosts-list.ts";

export const allTools: readonly Tool[] = [
  alertsList,
  deploymentGet,
  deploymentLog,
  deploymentsList,
  fleetStatus,
  hostGet,
  hostsList,
];
