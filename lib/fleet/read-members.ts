/** Tiers, hosts, people and services as a fleet has them. */
import type { FleetTier, FleetUser } from "../contract/fleet.ts";
import { SignaturePolicy, UserRole } from "../contract/fleet.ts";
import { type HostName, type Requester, Role, Tier, unnamed } from "../contract/names.ts";
import type { HostIdentity } from "../contract/template.ts";
import { Action } from "../contract/values.ts";
import type { Tell } from "./fault.ts";
import type { Member, NamedTier } from "./names.ts";
import { didYouMean } from "./near.ts";
import { listOf, oneOf, optional, type Read, required, type Scope, scopeOf, text, truth } from "./reader.ts";

const policies = ["off", "warn", "require"] as const;
const userRoles = ["deployer", "auditor", "alerter", "builder", "admin", "provisioner"] as const;
const allActions = ["switch", "boot", "test", "dry-activate"] as const;

export const readTier = ({ name, value }: NamedTier, tell: Tell): FleetTier => {
  const scope = scopeOf(value, `tiers.${name}`, ["signatures"], tell);
  const signatures = scope && optional(scope, "signatures", oneOf(SignaturePolicy, policies));
  return { name, signatures: signatures ?? "require" };
};

/** A tier that the file has. */
const knownTier =
  (tiers: readonly Tier[]): Read<Tier> =>
  (value, path, tell) => {
    const found = text(Tier)(value, path, tell);
    if (found === undefined || tiers.includes(found)) return found;
    const known = tiers.length === 0 ? "; there is none yet" : `; the tiers are ${tiers.join(", ")}`;
    const hint = didYouMean(found, tiers) || `${known}. Write [tiers.${found}] for a new one`;
    tell(value, `${path}: there is no tier ${found}${hint}`);
    return undefined;
  };

const exampleTier = (tiers: readonly Tier[]): string => JSON.stringify(tiers[0] ?? "test");

export const readHost = ({ name, value }: Member, tiers: readonly Tier[], tell: Tell): HostIdentity | undefined => {
  const scope = scopeOf(value, `hosts.${name}`, ["tier", "roles"], tell);
  const tier = scope && required(scope, "tier", knownTier(tiers), exampleTier(tiers));
  const roles = (scope && optional(scope, "roles", listOf(text(Role)))) ?? [];
  return tier === undefined ? undefined : { hostname: name as HostName, tier, roles };
};

/** Who asks has tiers and actions; for everyone else they would say what nothing heeds. */
const refuse = (scope: Scope, key: string, why: string): void => {
  const entry = scope.table.entries.get(key);
  if (entry !== undefined) scope.tell(entry.place, `${scope.path}.${key}: ${why}. Leave it out`);
};

const tiersFor = (scope: Scope, role: UserRole, tiers: readonly Tier[]): readonly Tier[] => {
  if (role === "admin") refuse(scope, "tiers", "an admin asks in every tier");
  else if (role !== "deployer") refuse(scope, "tiers", `the role ${role} has none`);
  if (role !== "deployer") return role === "admin" ? tiers : [];
  const found = required(scope, "tiers", listOf(knownTier(tiers)), `[${exampleTier(tiers)}]`);
  if (found?.length === 0) scope.tell(scope.table, `${scope.path}.tiers is empty; name one tier or more`);
  return found ?? [];
};

const actionsFor = (scope: Scope, role: UserRole): readonly Action[] => {
  if (role !== "deployer" && role !== "admin") {
    refuse(scope, "actions", `the role ${role} asks for none`);
    return [];
  }
  const found = optional(scope, "actions", listOf(oneOf(Action, allActions)));
  if (found?.length === 0) scope.tell(scope.table, `${scope.path}.actions is empty; leave it out to allow all`);
  return found ?? allActions;
};

const overridesFor = (scope: Scope, role: UserRole, name: string): boolean => {
  if (role === "admin") refuse(scope, "override_freeze", "an admin always may");
  else if (role !== "deployer") refuse(scope, "override_freeze", `the role ${role} does not deploy`);
  if (role !== "deployer") return role === "admin";
  if (name !== unnamed) return optional(scope, "override_freeze", truth) ?? false;
  refuse(scope, "override_freeze", "nobody could tell later who did it");
  return false;
};

export const readUser = (
  { section, name, value }: Member,
  tiers: readonly Tier[],
  tell: Tell,
): FleetUser | undefined => {
  const scope = scopeOf(value, `${section}.${name}`, ["role", "tiers", "actions", "override_freeze"], tell);
  const role = scope && required(scope, "role", oneOf(UserRole, userRoles), '"deployer"');
  if (scope === undefined || role === undefined) return undefined;
  if (section === "services" && name === unnamed && role !== "deployer") {
    tell(scope.table, `services.${unnamed} must have the role deployer: such a client can do nothing but ask`);
  }
  return {
    name: name as Requester,
    kind: section === "people" ? "person" : "service",
    role,
    tiers: tiersFor(scope, role, tiers),
    actions: actionsFor(scope, role),
    overridesFreeze: overridesFor(scope, role, name),
  };
};
