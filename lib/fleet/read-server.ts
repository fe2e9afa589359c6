/** `[server]`: where the server is and what it may keep. What is left out has the default that docs/fleet-file.md names. */
import type { FleetCluster, FleetServer, TlsFiles } from "../contract/fleet.ts";
import type { Tell } from "./fault.ts";
import { listOf, optional, type Read, required, type Scope, scopeOf, text, truth } from "./reader.ts";
import { AbsolutePath, bytesOf, FleetName, Listen, RouteUrl, ServerUrl, Size } from "./server-values.ts";
import type { TomlTable } from "./toml.ts";

const keys = [
  ...["urls", "listen", "store_dir", "max_file", "max_log", "replicas", "vault"],
  ...["tls", "cluster", "leafnodes"],
];

const size: Read<number> = (value, path, tell) => {
  const found = text(Size)(value, path, tell);
  return found === undefined ? undefined : bytesOf(found);
};

const oneOrThree: Read<1 | 3> = (value, path, tell) => {
  if (value.kind === "number" && (value.value === 1 || value.value === 3)) return value.value;
  tell(value, `${path} must be 3, in a cluster, or 1`);
  return undefined;
};

const tls: Read<TlsFiles> = (value, path, tell) => {
  const scope = scopeOf(value, path, ["cert_file", "key_file", "ca_file", "verify"], tell);
  if (scope === undefined) return undefined;
  const file = (key: string) => required(scope, key, text(AbsolutePath), `"/etc/nats/${key.replace("_file", ".pem")}"`);
  const [certFile = "", keyFile = ""] = [file("cert_file"), file("key_file")];
  const caFile = optional(scope, "ca_file", text(AbsolutePath));
  const verify = optional(scope, "verify", truth) ?? false;
  if (verify && !scope.table.entries.has("ca_file")) {
    tell(scope.table, `${path}.verify needs ${path}.ca_file: the authority whose certificates clients have to show`);
  }
  return { certFile, keyFile, caFile, verify };
};

const tlsKeys = ["cert_file", "key_file", "ca_file"];

/** Whoever joins as a server is above all permissions, so that no certificate of a client may do for one. */
const routeTls = (scope: Scope, path: string, clients: TlsFiles | undefined): FleetCluster["tls"] => {
  const [certFile = clients?.certFile, keyFile = clients?.keyFile, caFile] = tlsKeys.map((key) =>
    optional(scope, key, text(AbsolutePath)),
  );
  if (optional(scope, "open", truth) === true) return undefined;
  const entry = scope.table.entries.get("ca_file");
  if (entry === undefined) {
    const open = `On a network that only the servers reach write open = true instead`;
    scope.tell(
      scope.table,
      `${path}.ca_file is missing: the authority of the servers' certificates, and of nobody else's, because whoever joins as a server is above all permissions. ${open}`,
    );
  } else if (caFile !== undefined && caFile === clients?.caFile) {
    scope.tell(
      entry.value,
      `${path}.ca_file must not be the authority of clients: each of them could join as a server`,
    );
  } else if (certFile === undefined || keyFile === undefined) {
    scope.tell(scope.table, `${path} needs cert_file and key_file, here or in [server.tls]`);
  }
  return { certFile: certFile ?? "", keyFile: keyFile ?? "", caFile: caFile ?? "" };
};

const cluster =
  (fleetName: string, clients: TlsFiles | undefined): Read<FleetCluster> =>
  (value, path, tell) => {
    const scope = scopeOf(value, path, [...["name", "listen", "routes", "open"], ...tlsKeys], tell);
    if (scope === undefined) return undefined;
    return {
      tls: routeTls(scope, path, clients),
      name: optional(scope, "name", text(FleetName)) ?? fleetName,
      listen: optional(scope, "listen", text(Listen)) ?? "0.0.0.0:6222",
      routes: required(scope, "routes", listOf(text(RouteUrl)), '["nats://nats2.example.org:6222"]') ?? [],
    };
  };

const leafnodes: Read<NonNullable<FleetServer["leafnodes"]>> = (value, path, tell) => {
  const scope = scopeOf(value, path, ["listen"], tell);
  return scope && { listen: optional(scope, "listen", text(Listen)) ?? "0.0.0.0:7422" };
};

const urls: Read<readonly [string, ...string[]]> = (value, path, tell) => {
  const found = listOf(text(ServerUrl))(value, path, tell);
  const [first, ...more] = found ?? [];
  if (found !== undefined && first === undefined) tell(value, `${path} is empty; name one server or more`);
  return first === undefined ? undefined : [first, ...more];
};

const gigabytes = 1024 ** 3;

/** The log may not fill the disk that it is on: a full log refuses requests, a full disk breaks the server. */
const storage = (scope: Scope, vault: boolean): Pick<FleetServer, "maxFileBytes" | "maxLogBytes"> => {
  const maxFileBytes = optional(scope, "max_file", size) ?? 10 * gigabytes;
  const most = vault ? maxFileBytes / 2 : maxFileBytes;
  const megabytes = Math.floor((most * 0.8) / 1024 ** 2);
  const maxLogBytes = optional(scope, "max_log", size) ?? megabytes * 1024 ** 2;
  const entry = scope.table.entries.get("max_log");
  if (entry !== undefined && maxLogBytes > most) {
    const half = vault ? "half of server.max_file, because the vault keeps a copy" : "server.max_file";
    scope.tell(entry.value, `server.max_log must be at most ${half}`);
  }
  return { maxFileBytes, maxLogBytes };
};

const replicasOf = (scope: Scope): 1 | 3 => {
  const entry = scope.table.entries.get("replicas");
  const replicas = optional(scope, "replicas", oneOrThree) ?? 1;
  if (entry !== undefined && replicas === 3 && !scope.table.entries.has("cluster")) {
    scope.tell(entry.value, "server.replicas = 3 needs a cluster; write [server.cluster] with its routes");
  }
  return replicas;
};

/** A server that knows no other is no cluster, and JetStream in it would wait for the others. */
const refuseNoRoutes = ({ table, tell }: Scope): void => {
  const cluster = table.entries.get("cluster")?.value;
  const routes = cluster?.kind === "table" ? cluster.entries.get("routes")?.value : undefined;
  if (routes?.kind !== "list" || routes.items.length > 0) return;
  tell(
    routes,
    "server.cluster.routes is empty; name the other servers, or leave [server.cluster] out where there are none",
  );
};

const serverOf = (scope: Scope, fleetName: string): FleetServer => {
  const vault = optional(scope, "vault", truth) ?? false;
  const clients = optional(scope, "tls", tls);
  refuseNoRoutes(scope);
  return {
    urls: required(scope, "urls", urls, '["nats://nats.example.org:4222"]') ?? [""],
    listen: optional(scope, "listen", text(Listen)) ?? "0.0.0.0:4222",
    storeDir: optional(scope, "store_dir", text(AbsolutePath)) ?? "/var/lib/nats",
    ...storage(scope, vault),
    replicas: replicasOf(scope),
    tls: clients,
    cluster: optional(scope, "cluster", cluster(fleetName, clients)),
    leafnodes: optional(scope, "leafnodes", leafnodes),
    vault,
  };
};

/** `undefined`: it is missing or no table, which is told. What else is wrong is told and has a value that must not be used. */
export const readServer = (root: TomlTable, fleetName: string, tell: Tell): FleetServer | undefined => {
  const entry = root.entries.get("server");
  if (entry === undefined) {
    tell(root, '[server] is missing; write [server] and below it urls = ["nats://nats.example.org:4222"]');
    return undefined;
  }
  const scope = scopeOf(entry.value, "server", keys, tell);
  return scope && serverOf(scope, fleetName);
};
