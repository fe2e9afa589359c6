/** What several commands about alerts say of the stream of alerts. */
import type { Place } from "../../lib/contract/alert.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { AlerterPlace } from "../../lib/router/ports.ts";
import type { Overview } from "../../streams/alerts/overview.ts";

/** With how the alerters' own place in the log is; `undefined`: there is none. */
export interface Shown extends Overview {
  readonly alerter: AlerterPlace | undefined;
}

export const hostIn = (place: Place): HostName => place.slice(place.indexOf("/") + 1) as HostName;
