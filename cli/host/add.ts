/** `hd host add`: a host in the fleet file, with a key, and a place in the log that holds what is asked of it from now on. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { addMember } from "../../lib/fleet/edit.ts";
import { fleetFileOf } from "../../lib/fleet/places.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { changeFleet, type Edit } from "../fleet/change.ts";
import { fleetConnection, logOf } from "../fleet/log-of.ts";
import { enrol } from "../fleet/places-in-log.ts";
import { changeSteps, copySeedStep, steps } from "../fleet/steps.ts";
import type { Ended } from "../work/with-bus.ts";
import type { HostArgs } from "./args.ts";

const adding =
  ({ hostname, tier, roles }: HostIdentity, args: HostArgs): Edit =>
  ({ text, fleet }) => {
    if (fleet.hosts.some((one) => one.hostname === hostname)) {
      const what = `${hostname} is in ${fleetFileOf(args.fleet)} already`;
      return left(failure("invalid_request", `Nothing was changed: ${what}.`));
    }
    return right({ text: right(addMember(text, "hosts", hostname, roles.length === 0 ? { tier } : { tier, roles })) });
  };

export const add = async (cli: CliEnv, host: HostIdentity, args: HostArgs): Promise<Ended> => {
  const changed = await changeFleet(cli, args, adding(host, args));
  if (isLeft(changed)) return changed;
  const { fleet, before } = changed.right;
  const ended = await logOf(cli, {
    offline: args.offline,
    connection: fleetConnection(cli, fleet, before.dir, args.servers),
    remedy: `When it can be reached, run: hd streams apply --fleet ${args.fleet}`,
    use: async (log) => (log === undefined ? right(exits.done) : enrol(cli, log, fleet, host)),
  });
  cli.stderr.write(steps([...changeSteps(changed.right), copySeedStep(before.dir, host.hostname, fleet)]));
  return ended;
};
