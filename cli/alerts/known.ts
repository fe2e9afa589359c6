/** What several commands about alerts say of the stream of alerts. */
import type { ServicePlace } from "../../lib/router/ports.ts";
import type { Overview } from "../../streams/alerts/overview.ts";

/** With how the alerters' own place in the log is; `undefined`: there is none. */
export interface Shown extends Overview {
  readonly alerter: ServicePlace | undefined;
}
