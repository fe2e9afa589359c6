/** `hd host rename`: another name for the same machine, with the same key. What the log has of it stays under the old name. */
import { existsSync } from "node:fs";
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import type { Fleet, PublicKeys } from "../../lib/contract/fleet.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Change } from "../../lib/fleet/commit.ts";
import { renameMember } from "../../lib/fleet/edit.ts";
import { type LoadedFleet, loadFleet } from "../../lib/fleet/load.ts";
import { oldSeedFileOf, seedFileOf } from "../../lib/fleet/places.ts";
import type { Provisioner } from "../../lib/router/provisioner.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { changeFleet, type FleetChange } from "../fleet/change.ts";
import { found } from "../fleet/known.ts";
import { fleetConnection, logOf } from "../fleet/log-of.ts";
import { enrol, refuseWaiting, withdraw } from "../fleet/places-in-log.ts";
import { changeSteps, steps } from "../fleet/steps.ts";
import type { Ended } from "../work/with-bus.ts";
import type { RemoveArgs } from "./remove.ts";

export interface Names {
  readonly from: HostName;
  readonly to: HostName;
}

const renamedKeys = (known: PublicKeys, { from, to }: Names): PublicKeys =>
  new Map([...known].map(([name, keys]) => [name === from ? to : name, keys]));

const movedSeeds = (dir: string, { from, to }: Names): readonly Change[] =>
  [seedFileOf, oldSeedFileOf]
    .map((path) => ({ kind: "move" as const, from: path(dir, from), to: path(dir, to) }))
    .filter((move) => existsSync(move.from));

const changeOf = ({ dir, text, known }: LoadedFleet, names: Names): FleetChange => ({
  text: renameMember(text, "hosts", names.from, names.to),
  known: renamedKeys(known, names),
  renamed: names,
  first: movedSeeds(dir, names),
});

const moveInLog = async (cli: CliEnv, log: Provisioner, fleet: Fleet, { from, to }: Names): Promise<Ended> => {
  const host = found(fleet.hosts, ({ hostname }) => hostname, "host", to);
  if (isLeft(host)) return host;
  const enrolled = await enrol(cli, log, fleet, host.right);
  return isLeft(enrolled) ? enrolled : withdraw(cli, log, from);
};

const machineStep = ({ from, to }: Names): string =>
  `on the machine: networking.hostName = "${to}" and hd listener --hostname ${to}; as ${from} it is refused from the reload on`;

const move = async (cli: CliEnv, names: Names, args: RemoveArgs, log: Provisioner | undefined): Promise<Ended> => {
  const free = await refuseWaiting(log, names.from, args.yes);
  if (isLeft(free)) return free;
  const changed = await changeFleet(cli, args, (loaded) => right(changeOf(loaded, names)));
  if (isLeft(changed)) return changed;
  cli.stderr.write(steps([...changeSteps(changed.right), machineStep(names)]));
  return log === undefined ? right(exits.done) : moveInLog(cli, log, changed.right.fleet, names);
};

export const rename = async (cli: CliEnv, names: Names, args: RemoveArgs): Promise<Ended> => {
  const loaded = await loadFleet(args.fleet);
  if (isLeft(loaded)) return loaded;
  const { fleet, dir } = loaded.right;
  const host = found(fleet.hosts, ({ hostname }) => hostname, "host", names.from);
  if (isLeft(host)) return host;
  if (names.from === names.to) return left(failure("invalid_request", `Nothing was changed: that is its name.`));
  const later = `hd streams apply --fleet ${args.fleet}, then hd host remove ${names.from} --fleet ${args.fleet}`;
  return logOf(cli, {
    offline: args.offline,
    connection: fleetConnection(cli, fleet, dir, args.servers),
    remedy: `When it can be reached, run: ${later}`,
    use: (log) => move(cli, names, args, log),
  });
};
