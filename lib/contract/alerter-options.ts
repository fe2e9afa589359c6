/** What an alerter is started with. The command line has decoded every value, and read the rules, by the time it stands here. */
import type { Access } from "./access.ts";
import type { AlertRules } from "./alert-rules.ts";
import type { MetricsAddress } from "./metrics-address.ts";
import type { Requester } from "./names.ts";

export interface AlerterOptions extends Access {
  readonly requester: Requester;
  readonly rules: AlertRules;
  /** `undefined`: metrics are counted and served nowhere. */
  readonly metrics: MetricsAddress | undefined;
  /** How often what is absent is looked for. */
  readonly tickMs: number;
  readonly debug: boolean;
  readonly version: string;
}
