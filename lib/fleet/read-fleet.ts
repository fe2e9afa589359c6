/**
 * A fleet file as a fleet. It is read whole: everything that is wrong is told at once, in the order of the file, and then
 * there is no fleet. A file that is not TOML is not looked at further, because what is missing in it may just be unread.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Fleet, FleetUser } from "../contract/fleet.ts";
import type { Requester } from "../contract/names.ts";
import { type Fault, inOrder, type Place, type Tell } from "./fault.ts";
import { checkNames, type Member, membersOf, tiersOf } from "./names.ts";
import { readHost, readTier, readUser } from "./read-members.ts";
import { alertSections, readAlerts } from "./read-rules.ts";
import { readServer } from "./read-server.ts";
import { isMistyped, present, scopeOf, text } from "./reader.ts";
import { FleetName } from "./server-values.ts";
import { readSyntax } from "./syntax.ts";
import type { TomlTable } from "./toml.ts";

const sections = ["name", "server", "tiers", "hosts", "people", "services", ...alertSections];

/** Who makes the log. A file need not name one, because there is nothing to decide about it. */
export const impliedProvisioner: FleetUser = {
  name: "provisioner" as Requester,
  kind: "service",
  role: "provisioner",
  tiers: [],
  actions: [],
  overridesFreeze: false,
};

const withProvisioner = (users: readonly FleetUser[], members: readonly Member[], tell: Tell): readonly FleetUser[] => {
  if (users.some(({ role }) => role === "provisioner")) return users;
  const taken = members.find(({ name }) => name.toLowerCase() === impliedProvisioner.name);
  if (taken === undefined) return [...users, impliedProvisioner];
  const remedy = 'give another name the role, as in [services.maker] with role = "provisioner"';
  tell(
    taken.place,
    `${taken.section}.${taken.name} has the name of who makes the log, and nobody has that role; ${remedy}`,
  );
  return users;
};

const nameOf = (root: TomlTable, tell: Tell): string => {
  const entry = root.entries.get("name");
  return (entry && text(FleetName)(entry.value, "name", tell)) ?? "home";
};

const fleetOf = (root: TomlTable, tell: Tell): Fleet | undefined => {
  scopeOf(root, "", sections, tell);
  const name = nameOf(root, tell);
  const server = readServer(root, name, isMistyped(root, "server", sections) ? () => {} : tell);
  const named = tiersOf(root, tell);
  const tiers = named.map((tier) => tier.name);
  const members = membersOf(root, tell);
  checkNames(members, tell);
  const hosts = members.filter(({ section }) => section === "hosts").map((one) => readHost(one, tiers, tell));
  const users = members.filter(({ section }) => section !== "hosts").map((one) => readUser(one, tiers, tell));
  const known = {
    tiers: named.map((tier) => readTier(tier, tell)),
    hosts: present(hosts),
    users: withProvisioner(present(users), members, tell),
  };
  // Of a fleet of which not all could be read, nobody knows that there is no such host.
  const isWhole = [...hosts, ...users].every((one) => one !== undefined);
  const alerts = readAlerts(root, isWhole ? known : undefined, tell);
  return server && { name, ...known, server, alerts };
};

export const readFleet = (text: string): Either<readonly Fault[], Fleet> => {
  const faults: Fault[] = [];
  const tell: Tell = ({ line, column }: Place, message) => {
    faults.push({ line, column, message });
  };
  const { root, whole } = readSyntax(text, tell);
  const fleet = whole ? fleetOf(root, tell) : undefined;
  return fleet === undefined || faults.length > 0 ? left(inOrder(faults)) : right(fleet);
};
