/** The fleet of `hd up`: three hosts, two tiers, two roles, and who may do what. */
import type { Address } from "../../lib/contract/address.ts";
import type { HostName, Requester, Role, Tier } from "../../lib/contract/names.ts";
import { defaultTemplates, expandTemplates, type HostIdentity } from "../../lib/contract/template.ts";

const host = (tier: string, hostname: string, ...roles: readonly string[]): HostIdentity => ({
  hostname: hostname as HostName,
  tier: tier as Tier,
  roles: roles as readonly Role[],
});

export const fleet = [
  host("prod", "web1", "web"),
  host("prod", "web2", "web", "dns"),
  host("test", "lab1", "dns"),
] as const;

/** The default templates always expand. */
export const addressesOf = (one: HostIdentity): readonly Address[] => {
  const expansion = expandTemplates(defaultTemplates, one);
  return expansion._tag === "Left" ? [] : expansion.right.addresses;
};

export const tiers: readonly Tier[] = [...new Set(fleet.map(({ tier }) => tier))];

/** Deploys everywhere; the tour and whoever plays with the fleet. */
export const player = "you" as Requester;

/** Makes the log, and may do nothing else. */
export const provisioner = "provisioner" as Requester;
