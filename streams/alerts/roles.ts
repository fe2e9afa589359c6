/**
 * The hosts of the fleet and their roles, as the log and the bucket of presences have them. What a host announces adds roles to
 * those that the log keeps a place for it by, and takes none away: no host can slip out of a rule by what it says of itself.
 */
import { type Either, isLeft, isRight, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName, Role, Tier } from "../../lib/contract/names.ts";
import type { Presence } from "../../lib/contract/presence.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import type { Enrolled, Stored } from "../../lib/router/ports.ts";
import { seenOf } from "../presences.ts";
import { rolesOfHost, tierOfHost } from "../roster.ts";
import type { RolesOf } from "./match.ts";

export interface Member {
  readonly host: HostName;
  readonly tier: Tier;
  readonly roles: readonly Role[];
  /** A listener takes work right now. */
  readonly present: boolean;
  /** When it last announced anything, by the server's clock; `undefined`: it never did. */
  readonly seenAtMs: number | undefined;
  /** What it announced, as far as that can be read. */
  readonly presence: Presence | undefined;
}

export type Fleet = ReadonlyMap<HostName, Member>;

export interface Roles {
  readonly rolesOf: RolesOf;
  /** Asks anew. Where that fails, what was known stays. */
  readonly refresh: () => Promise<Either<Failure, Fleet>>;
}

const memberOf = (enrolled: Enrolled, values: readonly Stored[]): readonly [HostName, Member][] => {
  const { hostname: host, present } = enrolled;
  const tier = tierOfHost(enrolled);
  if (tier === undefined) return [];
  const seen = seenOf(values, host);
  const presence = seen !== undefined && isRight(seen.presence) ? seen.presence.right : undefined;
  const roles = [...new Set([...rolesOfHost(enrolled), ...(presence?.roles ?? [])])];
  return [[host, { host, tier, roles, present, seenAtMs: seen?.atMs, presence }]];
};

type Bus = Pick<AlerterBus, "roster" | "presences">;

const fleetOf = async ({ roster, presences }: Bus): Promise<Either<Failure, Fleet>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const values = await presences.of(enrolled.right.map(({ hostname }) => hostname))();
  if (isLeft(values)) return values;
  return right(new Map(enrolled.right.flatMap((one) => memberOf(one, values.right ?? []))));
};

/** Of a log without a bucket of presences, what its places say. */
export const rolesFrom = (bus: Bus): Roles => {
  let known: Fleet = new Map();
  return {
    rolesOf: (host) => known.get(host)?.roles ?? [],
    refresh: async () => {
      const fleet = await fleetOf(bus);
      if (isRight(fleet)) known = fleet.right;
      return fleet;
    },
  };
};
