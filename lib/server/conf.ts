/**
 * The configuration of a nats-server that keeps hd's log, as a value. With users there are accounts and everyone else is
 * refused; without, whoever reaches the port may do anything, which is for tests and demonstrations on loopback.
 */
import type { FleetCluster, FleetServer, TlsFiles } from "../contract/fleet.ts";
import { type AccountsConf, accounts, apiMapping, plainMappings } from "./accounts.ts";
import { renderConf, type Settings } from "./render.ts";

export interface ServerConf extends AccountsConf {
  /** `host:port`. Left out where whoever starts the server says it. */
  readonly listen?: string;
  readonly jetstream: {
    readonly storeDir?: string;
    readonly maxFileBytes?: number;
    /** `always`: a record is on the disk before it is acknowledged; needed wherever there is one replica only. */
    readonly syncInterval: "always" | "2m";
  };
  readonly tls?: TlsFiles | undefined;
  readonly cluster?: FleetServer["cluster"];
  readonly leafnodes?: FleetServer["leafnodes"];
}

const tlsSettings = ({ certFile, keyFile, caFile, verify }: TlsFiles): Settings => ({
  cert_file: certFile,
  key_file: keyFile,
  ca_file: caFile,
  verify: verify ? true : undefined,
});

/** Between servers both sides show a certificate. */
const clusterSettings = ({ name, listen, routes, tls }: FleetCluster): Settings => ({
  ...{ name, listen, routes },
  tls: tls === undefined ? undefined : tlsSettings({ ...tls, verify: true }),
});

const peers = (conf: ServerConf): Settings => ({
  cluster: conf.cluster === undefined ? undefined : clusterSettings(conf.cluster),
  leafnodes:
    conf.leafnodes === undefined
      ? undefined
      : { listen: conf.leafnodes.listen, tls: conf.tls === undefined ? undefined : tlsSettings(conf.tls) },
});

/** What a server is told, for `renderConf` or `renderNix`. */
export const serverSettings = (conf: ServerConf): Settings => ({
  listen: conf.listen,
  jetstream: {
    store_dir: conf.jetstream.storeDir,
    sync_interval: conf.jetstream.syncInterval,
    max_file_store: conf.jetstream.maxFileBytes,
  },
  tls: conf.tls === undefined ? undefined : tlsSettings(conf.tls),
  ...peers(conf),
  ...(conf.users.length > 0
    ? { accounts: accounts(conf) }
    : { mappings: { ...apiMapping, ...plainMappings(conf.tiers) } }),
});

/** The whole file. */
export const serverConf = (conf: ServerConf): string => renderConf(serverSettings(conf));
