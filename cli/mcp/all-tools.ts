/** Every tool that there is. Which of them a session has: see allowance.ts. */
import type { Tool } from "./tool.ts";
import { alertsList } from "./tools/alerts-list.ts";
import { build } from "./tools/build.ts";
import { deploy } from "./tools/deploy.ts";
import { deployAdmin } from "./tools/deploy-admin.ts";
import { deploymentCancel } from "./tools/deployment-cancel.ts";
import { deploymentGet } from "./tools/deployment-get.ts";
import { deploymentLog } from "./tools/deployment-log.ts";
import { deploymentWait } from "./tools/deployment-wait.ts";
import { deploymentsList } from "./tools/deployments-list.ts";
import { deploymentsReplay } from "./tools/deployments-replay.ts";
import { fleetStatus } from "./tools/fleet-status.ts";
import { hostGet } from "./tools/host-get.ts";
import { hostsList } from "./tools/hosts-list.ts";

export const allTools: readonly Tool[] = [
  alertsList,
  build,
  deploy,
  deployAdmin,
  deploymentCancel,
  deploymentGet,
  deploymentLog,
  deploymentWait,
  deploymentsList,
  deploymentsReplay,
  fleetStatus,
  hostGet,
  hostsList,
];
