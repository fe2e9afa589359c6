/** The command line of a listener of the fleet, as a unit file would have it. */
import type { HostIdentity } from "../../lib/contract/template.ts";

export interface ListenerPlace {
  readonly url: string;
  readonly keyFile: string;
  readonly trustedKeysFile?: string | undefined;
  readonly flakeUrl: string;
  readonly stateDir: string;
  readonly engine: "sandbox" | "simulated";
}

export const listenerArgv = (
  program: readonly [string, ...string[]],
  { hostname, tier, roles }: HostIdentity,
  { url, keyFile, trustedKeysFile, flakeUrl, stateDir, engine }: ListenerPlace,
): readonly [string, ...string[]] => [
  ...program,
  "listener",
  ...["--hostname", hostname],
  ...["--tier", tier],
  ...roles.flatMap((role) => ["--role", role]),
  ...["--nats-url", url],
  ...["--nkey-file", keyFile],
  ...(trustedKeysFile === undefined ? [] : ["--trusted-keys", trustedKeysFile]),
  ...["--flake-url", flakeUrl],
  ...["--state-dir", stateDir],
  ...["--engine", engine],
  ...["--timeout", "120"],
];
