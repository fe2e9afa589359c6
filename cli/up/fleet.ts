/** The fleet of `hd up`: three hosts, two tiers, two roles, and who may do what. */
import type { HostName, Requester, Role, Tier } from "../../lib/contract/names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";

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

export const tiers: readonly Tier[] = [...new Set(fleet.map(({ tier }) => tier))];

/** Deploys everywhere; the tour and whoever plays with the fleet. */
export const player = "you" as Requester;

/** Makes the log, and may do nothing else. */
export const provisioner = "provisioner" as Requester;
