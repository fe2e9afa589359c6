/**
 * What addresses say about hosts: whom a target means, and which tier and roles a host has. Read from the addresses that the
 * log keeps for a host, so it also holds for hosts that are away.
 */
import { isRight } from "fp-ts/lib/Either.js";
import { type Address, shortAddress, tierOf } from "../lib/contract/address.ts";
import { read } from "../lib/contract/codec.ts";
import { HostName, Role, type Tier } from "../lib/contract/names.ts";
import type { Enrolled, Roster } from "../lib/router/ports.ts";

type Addressed = Pick<Enrolled, "hostname" | "addresses">;

/** The host that an address names by its form: `prod/web1`. */
export const hostIn = (address: Address): HostName | undefined => {
  const [, head, ...more] = shortAddress(address).split("/");
  return more.length === 0 ? read(HostName, head) : undefined;
};

export const roleIn = (address: Address): Role | undefined => {
  const [, head, role, ...more] = shortAddress(address).split("/");
  return head === "role" && more.length === 0 ? read(Role, role) : undefined;
};

export const hostsAt = <E extends Addressed>(enrolled: readonly E[], address: Address): readonly E[] =>
  enrolled.filter(({ addresses }) => addresses.includes(address));

/** The tier of the address that bears the host's own name; a host without such an address is taken by its first one. */
export const tierOfHost = ({ hostname, addresses }: Addressed): Tier | undefined => {
  const own = addresses.find((address) => hostIn(address) === hostname) ?? addresses[0];
  return own === undefined ? undefined : tierOf(own);
};

/** Of every address that it serves: what is done to a host is done to all of them. */
export const tiersOfHost = ({ addresses }: Addressed): readonly Tier[] => [...new Set(addresses.map(tierOf))];

export const rolesOfHost = ({ addresses }: Addressed): readonly Role[] => [
  ...new Set(addresses.map(roleIn).filter((role) => role !== undefined)),
];

/** Every address that somebody serves, hosts before groups. */
export const knownAddresses = (enrolled: readonly Addressed[]): readonly Address[] => {
  const all = [...new Set(enrolled.flatMap(({ addresses }) => addresses))].sort();
  const named = all.filter((address) => hostIn(address) !== undefined);
  return [...named, ...all.filter((address) => hostIn(address) === undefined)];
};

/** Of these, who is not away after all, or cannot be known to be: it is not told of a consumer without a leader. */
export const thereAfterAll = async (roster: Roster, hosts: readonly HostName[]): Promise<readonly HostName[]> => {
  if (hosts.length === 0) return [];
  const enrolled = await roster.enrolled()();
  const away = new Set(
    isRight(enrolled) ? enrolled.right.filter((one) => !one.present).map((one) => one.hostname) : [],
  );
  return hosts.filter((host) => !away.has(host));
};
