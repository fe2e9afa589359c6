/** The server of a fleet: each of its identities by its keys, with exactly the permissions that hd gives it. */
import type { Fleet, PublicKeys } from "../contract/fleet.ts";
import { identitiesOf, nameOf } from "../contract/fleet-identities.ts";
import { permissionsOf } from "../contract/permissions.ts";
import type { ServerUser } from "./accounts.ts";
import type { ServerConf } from "./conf.ts";

/** Who has no key is not in it; who has two may use either. */
export const fleetConf = (fleet: Fleet, publicKeys: PublicKeys): ServerConf => {
  const users = identitiesOf(fleet).flatMap((identity): readonly ServerUser[] => {
    const permissions = permissionsOf(identity);
    return (publicKeys.get(nameOf(identity)) ?? []).map((publicKey) => ({ publicKey, permissions }));
  });
  const { listen, storeDir, maxFileBytes, replicas, tls, cluster, leafnodes, vault } = fleet.server;
  return {
    ...{ listen, users, tls, cluster, leafnodes, vault },
    tiers: fleet.tiers.map(({ name }) => name),
    jetstream: { storeDir, maxFileBytes, syncInterval: replicas === 1 ? "always" : "2m" },
  };
};
