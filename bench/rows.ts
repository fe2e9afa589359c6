/** All benchmarks, in the order in which they run. A new one is a file in rows/, a line here, and a part of docs/benchmarks.md. */
import type { Row } from "./row.ts";
import { alertBurst } from "./rows/alert-burst.ts";
import { alertLatency } from "./rows/alert-latency.ts";
import { deployOverhead } from "./rows/deploy-overhead.ts";
import { historyRows } from "./rows/history.ts";
import { historyMemory } from "./rows/history-memory.ts";
import { idleRss } from "./rows/idle-rss.ts";
import { init1000Hosts } from "./rows/init-1000-hosts.ts";
import { listenerThroughput } from "./rows/listener-throughput.ts";
import { mcpRows } from "./rows/mcp.ts";
import { reattach } from "./rows/reattach.ts";
import { requestFirstRecord } from "./rows/request-first-record.ts";
import { signatureCost } from "./rows/signature-cost.ts";
import { startHelp } from "./rows/start-help.ts";
import { startHosts } from "./rows/start-hosts.ts";
import { statusRows } from "./rows/status-at.ts";
import { verifyRate } from "./rows/verify-rate.ts";

export const rows: readonly Row[] = [
  requestFirstRecord,
  listenerThroughput,
  signatureCost,
  deployOverhead,
  reattach,
  alertLatency,
  alertBurst,
  startHelp,
  startHosts,
  ...mcpRows,
  idleRss,
  init1000Hosts,
  ...historyRows,
  verifyRate,
  historyMemory,
  ...statusRows,
];
