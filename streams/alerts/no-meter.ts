/** For an alerter that shows no metrics. */
import type { AlertMeter } from "../../lib/router/alerting.ts";

export const noMeter: AlertMeter = {
  fired: () => undefined,
  delivered: () => undefined,
  putAside: () => undefined,
  counted: () => undefined,
};
