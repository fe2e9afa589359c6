/** `hd host remove`: out of the fleet file, the server's users and the log's consumers. Its records stay, and so does its seed. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import type { HostName } from "../../lib/contract/names.ts";
import { removeMember } from "../../lib/fleet/edit.ts";
import { type LoadedFleet, loadFleet } from "../../lib/fleet/load.ts";
import type { Provisioner } from "../../lib/router/provisioner.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { changeFleet } from "../fleet/change.ts";
import { notIn } from "../fleet/known.ts";
import { fleetConnection, logOf } from "../fleet/log-of.ts";
import { refuseWaiting, waitingFor, withdraw } from "../fleet/places-in-log.ts";
import { changeSteps, steps } from "../fleet/steps.ts";
import type { Ended } from "../work/with-bus.ts";
import type { HostArgs } from "./args.ts";

export interface RemoveArgs extends HostArgs {
  readonly yes: boolean;
}

const leave = async (
  cli: CliEnv,
  hostname: HostName,
  args: RemoveArgs,
  log: Provisioner | undefined,
): Promise<Ended> => {
  const free = await refuseWaiting(log, hostname, args.yes);
  if (isLeft(free)) return free;
  const changed = await changeFleet(cli, args, ({ text }) => right({ text: removeMember(text, "hosts", hostname) }));
  if (isLeft(changed)) return changed;
  cli.stderr.write(steps(changeSteps(changed.right)));
  return log === undefined ? right(exits.done) : withdraw(cli, log, hostname);
};

/** For one that left the file while the log could not be reached, or by hand. */
const leaveLog = async (
  cli: CliEnv,
  hostname: HostName,
  { fleet: { hosts } }: LoadedFleet,
  yes: boolean,
  log: Provisioner | undefined,
): Promise<Ended> => {
  const unknown = notIn(
    "host",
    hostname,
    hosts.map((host) => host.hostname),
  );
  if (log === undefined) return left(unknown);
  const waiting = await waitingFor(log, hostname);
  if (isLeft(waiting)) return waiting;
  if (waiting.right === undefined) return left(unknown);
  const free = await refuseWaiting(log, hostname, yes);
  return isLeft(free) ? free : withdraw(cli, log, hostname);
};

export const remove = async (cli: CliEnv, hostname: HostName, args: RemoveArgs): Promise<Ended> => {
  const loaded = await loadFleet(args.fleet);
  if (isLeft(loaded)) return loaded;
  const { fleet, dir } = loaded.right;
  const isHere = fleet.hosts.some((host) => host.hostname === hostname);
  return logOf(cli, {
    offline: args.offline,
    connection: fleetConnection(cli, fleet, dir, args.servers),
    remedy: `When it can be reached, run this again: ${hostname} still has its place there.`,
    use: (log) => (isHere ? leave(cli, hostname, args, log) : leaveLog(cli, hostname, loaded.right, args.yes, log)),
  });
};
