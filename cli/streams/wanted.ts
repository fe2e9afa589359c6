/** How the log should be and who makes it, from the options and, where one is named, from a fleet file; options win. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { AlertRules } from "../../lib/contract/alert-rules.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { vaultKeeper } from "../../lib/contract/fleet.ts";
import type { Requester, SinkName } from "../../lib/contract/names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { LoadedFleet } from "../../lib/fleet/load.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { GivenConnection } from "../connection/access.ts";
import type { CliEnv, Connection } from "../env.ts";

export interface Given {
  readonly fleet: string | undefined;
  /** A file of rules for alerts. */
  readonly rules: string | undefined;
  readonly hosts: readonly HostIdentity[];
  readonly replicas: "1" | "3" | undefined;
  readonly maxBytes: number | undefined;
  /** A place for builders, also without a fleet file that has one. */
  readonly builder: boolean;
  /** The vault's copy instead of the log, as its keeper. */
  readonly vault: boolean;
  readonly vaultKeyFile: string | undefined;
  /** By options or variables, and not by a context: these stand above a fleet file. */
  readonly named: { readonly servers: readonly string[]; readonly credentials: boolean };
}

export interface StreamsArgs extends Given {
  readonly deploySubjects: readonly string[];
  /** Also end the places of sinks that are no longer there. */
  readonly prune: boolean;
  readonly form: OutputForm;
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
  readonly builder: boolean;
  /** Where alerts go; `undefined`: no file says anything of it. */
  readonly sinks: readonly SinkName[] | undefined;
  /** A folder whose fleet file has every host that should have a place. */
  readonly fleet: string | undefined;
}

const defaultBytes = 1024 ** 3;

const replicasOf = (given: "1" | "3" | undefined, otherwise: 1 | 3): 1 | 3 =>
  given === undefined ? otherwise : given === "3" ? 3 : 1;

/** Before `hd init` there is no key, and a message about a file that is not there would not say why. */
const withoutKey = (
  given: Given,
  folder: string,
  maker: Requester,
  { fleet, known }: LoadedFleet,
): string | undefined => {
  const isNamed = given.vault ? given.vaultKeyFile !== undefined : given.named.credentials;
  const who = given.vault ? vaultKeeper : maker;
  if (isNamed || known.has(who)) return undefined;
  if (given.vault && !fleet.server.vault)
    return `this fleet has no vault. Write vault = true below [server], then run: hd init ${folder}`;
  return `${who} has no key yet. Make the keys, and the server's configuration, with: hd init ${folder}`;
};

const sinksIn = ({ sinks }: AlertRules): readonly SinkName[] => sinks.map(({ name }) => name);

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
  const keyless = withoutKey(given, folder, maker.requester, loaded.right);
  if (keyless !== undefined) return left(failure("invalid_request", `Nothing was done: ${keyless}`));
  return right({
    hosts: [...fleet.hosts, ...given.hosts],
    replicas: replicasOf(given.replicas, fleet.server.replicas),
    maxBytes: given.maxBytes ?? fleet.server.maxLogBytes,
    undecided: [],
    connection: given.named.credentials
      ? { ...own, servers: maker.servers }
      : { ...maker, notice: own.notice, repeated: own.repeated },
    keeperKey: seedFileOf(dir, vaultKeeper),
    builder: given.builder || fleet.users.some(({ role }) => role === "builder"),
    sinks: sinksIn(fleet.alerts),
    fleet: folder,
  });
};

const withoutRules = async (cli: CliEnv, given: Given, own: Connection): Promise<Either<Failure, Wanted>> => {
  if (given.fleet !== undefined) return ofFleet(cli, given, given.fleet, own);
  const { hosts, replicas, maxBytes, builder } = given;
  return right({
    ...{ hosts, builder },
    ...{ replicas: replicasOf(replicas, 1), maxBytes: maxBytes ?? defaultBytes },
    undecided: (["replicas", "maxBytes"] as const).filter((setting) => given[setting] === undefined),
    ...{ connection: own, keeperKey: undefined, sinks: undefined, fleet: undefined },
  });
};

/** Everything that is read is read first. */
export const wantedLog = async (cli: CliEnv, given: Given, own: Connection): Promise<Either<Failure, Wanted>> => {
  if (given.rules === undefined) return withoutRules(cli, given, own);
  const { loadRules } = await import("../../lib/fleet/load-rules.ts");
  const loaded = await loadRules(given.rules);
  if (isLeft(loaded)) return loaded;
  const wanted = await withoutRules(cli, given, own);
  return isLeft(wanted) ? wanted : right({ ...wanted.right, sinks: sinksIn(loaded.right.rules) });
};
