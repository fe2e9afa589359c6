/**
 * `trusted-keys.json`, for listeners: whose signature counts, where and for what, and what a tier makes of a request without
 * one. Everyone who may ask is in it. A client that knows nothing of hd signs nothing, so its name is not.
 */
import type { Fleet, FleetUser, PublicKeys } from "../contract/fleet.ts";
import { unnamed } from "../contract/names.ts";

const asks = ({ name, role }: FleetUser): boolean => (role === "deployer" || role === "admin") && name !== unnamed;

/** An admin asks in every tier, also in one that was added later. */
const tiersOf = ({ role, tiers }: FleetUser, fleet: Fleet): readonly string[] =>
  role === "admin" ? fleet.tiers.map(({ name }) => name) : tiers;

export const trustedKeysText = (fleet: Fleet, publicKeys: PublicKeys): string => {
  const tiers = Object.fromEntries(fleet.tiers.map(({ name, signatures }) => [name, signatures]));
  const keys = fleet.users.filter(asks).map((user) => ({
    name: user.name,
    keys: publicKeys.get(user.name) ?? [],
    tiers: tiersOf(user, fleet),
    actions: user.actions,
    ...(user.overridesFreeze ? { override_freeze: true } : {}),
  }));
  return `${JSON.stringify({ tiers, keys }, null, 2)}\n`;
};
