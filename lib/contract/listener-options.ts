/** What a listener is started with. The command line has decoded every value by the time it stands here. */

import type { Access } from "./access.ts";
import { choice } from "./codec.ts";
import type { HealthCheck } from "./health-check.ts";
import type { MetricsAddress } from "./metrics-address.ts";
import type { HostIdentity } from "./template.ts";

/** How a host builds and switches: as NixOS does, really but in a folder of its own, or by the stand-in. */
export const EngineKind = choice("EngineKind", ["nixos", "sandbox", "simulated"]);
export type EngineKind = "nixos" | "sandbox" | "simulated";

/** In milliseconds. */
export interface Deadlines {
  readonly resolveMs: number;
  readonly buildMs: number;
  /** Also that of a rollback's activation. */
  readonly activateMs: number;
  /** Everything that is checked after an activation. */
  readonly verifyMs: number;
  /** How long a listener may take to append to the log after an activation. */
  readonly confirmMs: number;
}

export interface ListenerOptions extends Access {
  readonly host: HostIdentity;
  /** Whose signatures count here, and for what; `undefined`: no signature is asked for. */
  readonly trustedKeysFile: string | undefined;
  readonly flakeUrl: string;
  /** Deadline for a whole deployment, up to the end of its activation. */
  readonly timeoutMs: number;
  readonly deadlines: Deadlines;
  readonly healthChecks: readonly HealthCheck[];
  /** Whether a host goes back that is not healthy, where the request does not say that it shall not. */
  readonly rollback: boolean;
  /** Why the host takes no deployment but in spite of a freeze; `undefined`: it takes them. */
  readonly frozen: string | undefined;
  /** How long a request without an expiry of its own may wait in the log. */
  readonly queueMs: number;
  readonly deploySubjects: readonly string[];
  readonly discoverSubject: string;
  /** How often a requester that named a `reply_to` hears that the work goes on; 0: never. */
  readonly heartbeatMs: number;
  /** How often the host announces itself when nothing changes; 0: never, and no change either. */
  readonly presenceMs: number;
  readonly stateDir: string;
  /** Where its metrics are shown; `undefined`: nowhere. */
  readonly metrics: MetricsAddress | undefined;
  readonly engine: EngineKind;
  readonly debug: boolean;
  readonly version: string;
}

/** How to start this very program: the job is `<program> job <id> --state-dir <dir>`. */
export type Program = readonly [string, ...string[]];
