/** Random fleets, and how a person would write each of them down: the properties compare what is read with what was meant. */
import fc from "fast-check";
import type { Fleet, FleetCluster, FleetServer, FleetUser } from "../../lib/contract/fleet.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { anyName } from "./arbitraries.ts";
import { noAlerts } from "./rules-toml.ts";

const megabyte = 1024 ** 2;
const actions = ["switch", "boot", "test", "dry-activate"] as const;

const reserved = ["vault", "unnamed", "provisioner", "all", "role"];

const names = (most: number): fc.Arbitrary<readonly string[]> =>
  fc
    .uniqueArray(anyName, { maxLength: most, selector: (name) => name.toLowerCase() })
    .map((all) => all.filter((name) => !reserved.includes(name.toLowerCase())));

const orNothing = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> => fc.option(value, { nil: undefined });

const port = fc.integer({ min: 1, max: 65_535 });
const listen = fc
  .tuple(fc.constantFrom("0.0.0.0", "[::]", "nats.example.org", "127.0.0.1"), port)
  .map((all) => all.join(":"));
const path = fc.constantFrom("/etc/nats/a.pem", "/var/lib/nats store", '/with "quotes"', "/ünï/code", "/back\\slash");

const server: fc.Arbitrary<FleetServer> = fc
  .record({
    urls: fc.uniqueArray(
      listen.map((one) => `nats://${one}`),
      { minLength: 1, maxLength: 3 },
    ),
    listen,
    storeDir: path,
    megabytes: fc.integer({ min: 2, max: 100_000 }),
    tls: orNothing(fc.record({ certFile: path, keyFile: path, caFile: orNothing(path), verify: fc.boolean() })),
    cluster: orNothing(
      fc.record({
        name: anyName,
        listen,
        tls: orNothing(fc.record({ certFile: path, keyFile: path, caFile: fc.constant("/etc/nats/servers.pem") })),
        routes: fc.uniqueArray(
          listen.map((one) => `nats://${one}`),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    ),
    leafnodes: orNothing(fc.record({ listen })),
    vault: fc.boolean(),
    three: fc.boolean(),
  })
  .map(({ megabytes, urls: [first = "", ...more], tls, three, cluster, leafnodes, ...rest }) => ({
    ...rest,
    cluster,
    leafnodes,
    urls: [first, ...more],
    maxFileBytes: megabytes * megabyte,
    maxLogBytes: Math.floor(megabytes / 2) * megabyte,
    replicas: three && cluster !== undefined ? 3 : 1,
    tls: tls === undefined ? undefined : { ...tls, verify: tls.verify && tls.caFile !== undefined },
  }));

const subset = <A>(all: readonly A[]): fc.Arbitrary<readonly A[]> =>
  all.length === 0 ? fc.constant([]) : fc.subarray([...all], { minLength: 1 });

const hostsOf = (all: readonly string[], tiers: readonly string[]): fc.Arbitrary<readonly HostIdentity[]> =>
  fc.tuple(
    ...all.map((hostname) =>
      fc
        .record({ tier: fc.constantFrom(...tiers), roles: fc.uniqueArray(anyName, { maxLength: 3 }) })
        .map((host) => ({ hostname, ...host }) as unknown as HostIdentity),
    ),
  );

const userOf = (name: string, tiers: readonly string[]): fc.Arbitrary<FleetUser> =>
  fc
    .record({
      kind: fc.constantFrom("person" as const, "service" as const),
      role: fc.constantFrom(...(["deployer", "auditor", "alerter", "builder", "admin", "provisioner"] as const)),
      some: subset(tiers),
      allowed: subset(actions),
      overrides: fc.boolean(),
    })
    .map(({ kind, role, some, allowed, overrides }) => {
      const asks = role === "deployer" || role === "admin";
      const where = role === "admin" ? tiers : role === "deployer" ? some : [];
      const overridesFreeze = role === "admin" || (role === "deployer" && overrides);
      return { name, kind, role, tiers: where, actions: asks ? allowed : [], overridesFreeze } as unknown as FleetUser;
    });

/** The reader puts people before services, and whoever makes the log last where nobody is named for it. */
const ordered = (users: readonly FleetUser[]): readonly FleetUser[] => {
  const sorted = [...users.filter(({ kind }) => kind === "person"), ...users.filter(({ kind }) => kind === "service")];
  const implied = {
    ...{ name: "provisioner", kind: "service", role: "provisioner", tiers: [], actions: [] },
    overridesFreeze: false,
  };
  return sorted.some(({ role }) => role === "provisioner") ? sorted : [...sorted, implied as unknown as FleetUser];
};

/** At least one tier; up to a dozen members. */
export const anyFleet: fc.Arbitrary<Fleet> = fc
  .tuple(fc.uniqueArray(anyName, { minLength: 1, maxLength: 4 }), names(12), fc.integer({ min: 0, max: 12 }))
  .chain(([tiers, all, count]) =>
    fc.record({
      name: anyName,
      tiers: fc.tuple(
        ...tiers.map((name) => fc.constantFrom("off", "warn", "require").map((signatures) => ({ name, signatures }))),
      ),
      hosts: hostsOf(all.slice(0, count), tiers),
      users: fc.tuple(...all.slice(count).map((name) => userOf(name, tiers))).map(ordered),
      server,
      alerts: fc.constant(noAlerts),
    }),
  )
  // Plain objects, also where the generators make some without a prototype.
  .map((fleet) => structuredClone(fleet) as unknown as Fleet);

const quoted = (value: unknown): string => JSON.stringify(value);

const table = (header: string, pairs: Readonly<Record<string, unknown>>): string => {
  const lines = Object.entries(pairs).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${quoted(value)}\n`],
  );
  return `\n[${header}]\n${lines.join("")}`;
};

const size = (bytes: number): string => `${bytes / megabyte}MB`;

const clusterToml = ({ tls, ...rest }: FleetCluster) => ({
  ...rest,
  ...(tls === undefined ? { open: true } : { cert_file: tls.certFile, key_file: tls.keyFile, ca_file: tls.caFile }),
});

const serverToml = ({ tls, cluster, leafnodes, ...rest }: FleetServer): string =>
  [
    table("server", {
      urls: rest.urls,
      listen: rest.listen,
      store_dir: rest.storeDir,
      max_file: size(rest.maxFileBytes),
      max_log: size(rest.maxLogBytes),
      replicas: rest.replicas,
      vault: rest.vault,
    }),
    tls &&
      table("server.tls", { cert_file: tls.certFile, key_file: tls.keyFile, ca_file: tls.caFile, verify: tls.verify }),
    cluster && table("server.cluster", clusterToml(cluster)),
    leafnodes && table("server.leafnodes", leafnodes),
  ].join("");

const userToml = ({ name, kind, role, tiers, actions: allowed, overridesFreeze }: FleetUser): string =>
  table(`${kind === "person" ? "people" : "services"}.${name}`, {
    role,
    tiers: role === "deployer" ? tiers : undefined,
    actions: role === "deployer" || role === "admin" ? allowed : undefined,
    override_freeze: role === "deployer" ? overridesFreeze : undefined,
  });

/** The whole file. Who makes the log is left out where the file need not say it. */
export const tomlOf = (fleet: Fleet): string =>
  [
    `name = ${quoted(fleet.name)}\n`,
    serverToml(fleet.server),
    ...fleet.tiers.map(({ name, signatures }) => table(`tiers.${name}`, { signatures })),
    ...fleet.hosts.map(({ hostname, tier, roles }) => table(`hosts.${hostname}`, { tier, roles })),
    ...fleet.users.filter(({ name }) => name !== "provisioner").map(userToml),
  ].join("");
