/** How the log should be and who makes it, from the options and, where one is named, from a fleet file; options win. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { vaultKeeper } from "../../lib/contract/fleet.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { GivenConnection } from "../connection/with-connection.ts";
import type { CliEnv, Connection } from "../env.ts";

export interface Given {
  readonly fleet: string | undefined;
  readonly hosts: readonly HostIdentity[];
  readonly replicas: "1" | "3" | undefined;
  readonly maxBytes: number | undefined;
  /** By options or variables, and not by a context: these stand above a fleet file. */
  readonly named: { readonly servers: readonly string[]; readonly credentials: boolean };
}

export const namedBy = ({ access }: GivenConnection): Given["named"] => {
  const { servers, nkeyFile, creds, user, tokenFile } = access;
  const credentials = [nkeyFile, creds, user, tokenFile].some((one) => one !== undefined);
  return { servers: servers?.value ?? [], credentials };
};

export interface Wanted {
  readonly hosts: readonly HostIdentity[];
  readonly replicas: 1 | 3;
  readonly maxBytes: number;
  /** Named by nobody, so they hold for a log that is made: one that is there may have been made larger on purpose. */
  readonly undecided: readonly ("replicas" | "maxBytes")[];
  readonly connection: Connection;
  /** Where the key of the vault's keeper is; `undefined`: wherever it is said to be. */
  readonly keeperKey: string | undefined;
}

const defaultBytes = 1024 ** 3;

const replicasOf = (given: "1" | "3" | undefined, otherwise: 1 | 3): 1 | 3 =>
  given === undefined ? otherwise : given === "3" ? 3 : 1;

/** A key that was named is the requester's own; otherwise it is the fleet's provisioner who makes the log. */
const ofFleet = async (
  cli: CliEnv,
  given: Given,
  folder: string,
  own: Connection,
): Promise<Either<Failure, Wanted>> => {
  const [{ loadFleet }, { seedFileOf }, { fleetConnection }] = await Promise.all([
    import("../../lib/fleet/load.ts"),
    import("../../lib/fleet/places.ts"),
    import("../fleet/log-of.ts"),
  ]);
  const loaded = await loadFleet(folder);
  if (isLeft(loaded)) return loaded;
  const { fleet, dir } = loaded.right;
  const maker = fleetConnection(cli, fleet, dir, given.named.servers);
  return right({
    hosts: [...fleet.hosts, ...given.hosts],
    replicas: replicasOf(given.replicas, fleet.server.replicas),
    maxBytes: given.maxBytes ?? fleet.server.maxLogBytes,
    undecided: [],
    connection: given.named.credentials
      ? { ...own, servers: maker.servers }
      : { ...maker, notice: own.notice, repeated: own.repeated },
    keeperKey: seedFileOf(dir, vaultKeeper),
  });
};

export const wantedLog = async (cli: CliEnv, given: Given, own: Connection): Promise<Either<Failure, Wanted>> => {
  if (given.fleet !== undefined) return ofFleet(cli, given, given.fleet, own);
  const { hosts, replicas, maxBytes } = given;
  return right({
    hosts,
    ...{ replicas: replicasOf(replicas, 1), maxBytes: maxBytes ?? defaultBytes },
    undecided: (["replicas", "maxBytes"] as const).filter((setting) => given[setting] === undefined),
    ...{ connection: own, keeperKey: undefined },
  });
};
