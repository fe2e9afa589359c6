/** The listener's own log, for the machine's journal: JSON lines on stderr. Never a secret, never a request's outcome alone. */
import { pino } from "pino";
import type { Logger } from "../lib/router/ports.ts";

export const listenerLogger = (hostname: string, debug: boolean): Logger =>
  pino(
    { base: { hostname }, level: debug ? "debug" : "info", timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
