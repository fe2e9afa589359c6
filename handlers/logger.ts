/** A service's own log, for the machine's journal: JSON lines on stderr. Never a secret, never a request's outcome alone. */
import { pino } from "pino";
import type { Logger } from "../lib/router/ports.ts";

/** `who`: what every line says of the service. */
export const serviceLogger = (who: object, debug: boolean): Logger =>
  pino(
    { base: who, level: debug ? "debug" : "info", timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
