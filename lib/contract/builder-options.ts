/** What a builder is started with. The command line has decoded every value, and read the repositories, by the time it stands here. */
import type { Access } from "./access.ts";
import { choice } from "./codec.ts";
import type { MetricsAddress } from "./metrics-address.ts";
import type { HostName, Repo, Requester } from "./names.ts";

/** Builds as the machine's Nix does, really but wherever Nix can build here, or by the stand-in. */
export const BuildEngineKind = choice("BuildEngineKind", ["nix", "sandbox", "simulated"]);
export type BuildEngineKind = "nix" | "sandbox" | "simulated";

/** A repository that may be built from: no other is. */
export interface BuildRepo {
  readonly name: Repo;
  readonly url: string;
  /** Of the flake's hosts only these; empty: all of them. */
  readonly hosts: readonly HostName[];
}

/** In milliseconds. */
export interface BuildLimits {
  /** For asking the remote, and again for asking the flake for its hosts. */
  readonly resolveMs: number;
  /** For each host. */
  readonly hostMs: number;
  /** For all hosts of a request: what has not begun by then is skipped. */
  readonly requestMs: number;
  /** How many hosts are built at once. */
  readonly maxParallel: number;
}

export interface BuilderOptions extends Access {
  readonly requester: Requester;
  readonly repos: readonly BuildRepo[];
  readonly limits: BuildLimits;
  /** How long a request without an expiry of its own may wait in the log. */
  readonly queueMs: number;
  readonly stateDir: string;
  /** Where its metrics are shown; `undefined`: nowhere. */
  readonly metrics: MetricsAddress | undefined;
  readonly engine: BuildEngineKind;
  readonly debug: boolean;
  readonly version: string;
}
