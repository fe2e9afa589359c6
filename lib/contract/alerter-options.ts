/** What an alerter is started with. The command line has decoded every value, and read the rules, by the time it stands here. */
import type { Access } from "./access.ts";
import type { AlertRules } from "./alert-rules.ts";
import type { Requester } from "./names.ts";

/** Where something is served over HTTP. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface AlerterOptions extends Access {
  readonly requester: Requester;
  readonly rules: AlertRules;
  /** `undefined`: metrics are counted and served nowhere. */
  readonly metrics: ListenAddress | undefined;
  readonly debug: boolean;
  readonly version: string;
}
