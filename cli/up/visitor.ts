/**
 * The commands of the tour find the fleet as a person's would: by the environment. What is set there for another fleet must
 * not reach this one, and what commands say after Ctrl-C, that a deployment goes on, does not hold where all is ended.
 */
import type { Environment } from "../../lib/contract/alias.ts";
import type { CliEnv } from "../env.ts";
import { player } from "./fleet.ts";
import type { Until } from "./until-stopped.ts";

/** The environment without what anybody has set for hd or for NATS. */
export const withoutSettings = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:HOMELAB_DEPLOY|NATS)_/.test(name)));

export const visitorOf = ({ cli, stopped }: Until, url: string, keyFile: string): CliEnv => ({
  ...cli,
  stdout: { ...cli.stdout, write: (text) => stopped() || cli.stdout.write(text) },
  stderr: { ...cli.stderr, write: (text) => stopped() || cli.stderr.write(text) },
  env: {
    ...withoutSettings(cli.env),
    HOMELAB_DEPLOY_NATS_URL: url,
    HOMELAB_DEPLOY_NKEY_FILE: keyFile,
    HOMELAB_DEPLOY_REQUESTER: player,
  },
});
