/** Every tool that there is. Which of them a session has: see allowance.ts. */
import type { Tool } from "./tool.ts";
import { hostsList } from "./tools/hosts-list.ts";

export const allTools: readonly Tool[] = [hostsList];
