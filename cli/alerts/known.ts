/** What several commands about alerts say of the stream of alerts. */
import type { Place } from "../../lib/contract/alert.ts";
import type { HostName } from "../../lib/contract/names.ts";

export const hostIn = (place: Place): HostName => place.slice(place.indexOf("/") + 1) as HostName;
