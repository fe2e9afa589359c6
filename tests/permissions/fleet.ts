/**
 * The fleet whose permissions are proved: every role there is, two tiers, and two hosts that share a tier, so that each
 * identity has a neighbour whose rights are almost its own.
 */
import type { Fleet, FleetTier, FleetUser } from "../../lib/contract/fleet.ts";
import { identitiesOf, nameOf } from "../../lib/contract/fleet-identities.ts";
import { unnamed } from "../../lib/contract/names.ts";
import type { Identity } from "../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { hostName, requester, role, tier } from "../support/fixtures.ts";

const [prod, lab] = [tier("prod"), tier("test")];

const tierOfFleet = (name: FleetTier["name"]): FleetTier => ({ name, signatures: "off" });

export const hosts: readonly HostIdentity[] = [
  { hostname: hostName("web1"), tier: prod, roles: [role("web")] },
  { hostname: hostName("web2"), tier: prod, roles: [role("web")] },
  { hostname: hostName("lab1"), tier: lab, roles: [role("dns")] },
];

const user = (name: string, is: FleetUser["role"], tiers: FleetUser["tiers"] = []): FleetUser => ({
  name: requester(name),
  kind: "person",
  role: is,
  tiers,
  actions: [],
  overridesFreeze: is === "admin" || name === "dana",
});

const users: readonly FleetUser[] = [
  user("alice", "deployer", [prod, lab]),
  user("bob", "deployer", [lab]),
  user("dana", "deployer", [lab]),
  user(unnamed, "deployer", [lab]),
  user("root", "admin"),
  user("carol", "auditor"),
  user("pager", "alerter"),
  user("forge", "builder"),
  user("provisioner", "provisioner"),
];

const fleet: Fleet = {
  name: "proof",
  tiers: [tierOfFleet(prod), tierOfFleet(lab)],
  hosts,
  users,
  alerts: { rules: [], sinks: [] },
  server: {
    urls: ["nats://127.0.0.1:4222"],
    listen: "127.0.0.1:4222",
    storeDir: "",
    maxFileBytes: 1024 ** 3,
    maxLogBytes: 100_000_000,
    replicas: 1,
    tls: undefined,
    cluster: undefined,
    leafnodes: undefined,
    vault: true,
  },
};

export const proofFleet = fleet;

/** Everyone whom the server knows by a key. */
export const identities: readonly Identity[] = identitiesOf(fleet);

export const names: readonly string[] = identities.map(nameOf);
