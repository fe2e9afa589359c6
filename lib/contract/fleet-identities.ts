/**
 * Who is in a fleet, as identities of NATS: every host, person and service of its file, and the keeper of the vault where
 * there is one. Each has a key of its own, known by its name.
 */
import { type Fleet, type FleetUser, vaultKeeper } from "./fleet.ts";
import type { HostName, Requester } from "./names.ts";
import type { Identity } from "./permissions.ts";
import { addressesOf, type HostIdentity } from "./template.ts";

const hostIdentity = (host: HostIdentity): Identity => ({
  kind: "host",
  hostname: host.hostname,
  addresses: addressesOf(host),
});

/** An admin asks in every tier, also in those that are added later. */
const userIdentity = ({ name, role, tiers, overridesFreeze }: FleetUser, fleet: Fleet): Identity => {
  if (role !== "admin" && role !== "deployer") return { kind: role, requester: name };
  const everywhere = fleet.tiers.map((tier) => tier.name);
  return { kind: "deployer", requester: name, tiers: role === "admin" ? everywhere : tiers, overridesFreeze };
};

export const nameOf = (identity: Identity): HostName | Requester =>
  identity.kind === "host" ? identity.hostname : identity.requester;

/** In the order of the file. */
export const identitiesOf = (fleet: Fleet): readonly Identity[] => [
  ...fleet.hosts.map(hostIdentity),
  ...fleet.users.map((user) => userIdentity(user, fleet)),
  ...(fleet.server.vault ? [{ kind: "keeper", requester: vaultKeeper } as const] : []),
];
