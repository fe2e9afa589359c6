/**
 * A fleet as its file describes it: tiers, hosts, and who else is there with what each may do. Keys are not part of it, so
 * that the file can be shown to anyone. Host, person and service names are one namespace, because each is an inbox prefix.
 */
import type { AlertRules } from "./alert-rules.ts";
import { choice } from "./codec.ts";
import type { HostName, Requester, Tier } from "./names.ts";
import type { HostIdentity } from "./template.ts";
import type { Action } from "./values.ts";

/**
 * What a person or a service is allowed. `deployer`: asks in its tiers, and reads the log. `auditor`: reads the log.
 * `alerter`: reads the log, is handed every record of it, and writes what people are to be told and what was sent. `builder`: takes
 * build requests. `admin`: asks in every tier, and reads the log. `provisioner`: makes the log, and neither reads it nor asks.
 */
export const UserRole = choice("UserRole", ["deployer", "auditor", "alerter", "builder", "admin", "provisioner"]);
export type UserRole = "deployer" | "auditor" | "alerter" | "builder" | "admin" | "provisioner";

/** What a listener of a tier makes of a request without a good signature. `warn`: serves it, and says so in its log. */
export const SignaturePolicy = choice("SignaturePolicy", ["off", "warn", "require"]);
export type SignaturePolicy = "off" | "warn" | "require";

export interface FleetTier {
  readonly name: Tier;
  readonly signatures: SignaturePolicy;
}

export interface FleetUser {
  readonly name: Requester;
  readonly kind: "person" | "service";
  readonly role: UserRole;
  /** Of a deployer: where it may ask. Of an admin: every tier. Of the others: none. */
  readonly tiers: readonly Tier[];
  /** What it may ask for there. NATS does not see it; listeners that check signatures do. */
  readonly actions: readonly Action[];
  /** May deploy in spite of a freeze. Of an admin: always. */
  readonly overridesFreeze: boolean;
}

export interface TlsFiles {
  /** Paths on the server's machine, in PEM. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string | undefined;
  /** Clients have to show a certificate of that authority as well. */
  readonly verify: boolean;
}

export interface FleetCluster {
  readonly name: string;
  /** For the other servers: `host:port`. */
  readonly listen: string;
  /** The other servers. */
  readonly routes: readonly string[];
  /**
   * What servers show each other. Its authority is that of servers alone: whoever joins as a server is above all accounts and
   * permissions. `undefined`: nothing, so that whoever reaches the port is a server.
   */
  readonly tls: (Pick<TlsFiles, "certFile" | "keyFile"> & { readonly caFile: string }) | undefined;
}

export interface FleetServer {
  /** What clients connect to. */
  readonly urls: readonly [string, ...string[]];
  /** Where the server listens: `host:port`. */
  readonly listen: string;
  readonly storeDir: string;
  /** The most that JetStream may store on the disk. */
  readonly maxFileBytes: number;
  /** The most that the log may hold; a full log refuses requests. */
  readonly maxLogBytes: number;
  /** 3 in a cluster. */
  readonly replicas: 1 | 3;
  readonly tls: TlsFiles | undefined;
  readonly cluster: FleetCluster | undefined;
  /** Where leaf nodes connect: `host:port`. */
  readonly leafnodes: { readonly listen: string } | undefined;
  /** A second account keeps a copy of the log that the provisioner of the log cannot touch. */
  readonly vault: boolean;
}

export interface Fleet {
  /** Goes into the names of NATS contexts: `<fleet>-<person>`. */
  readonly name: string;
  readonly tiers: readonly FleetTier[];
  readonly hosts: readonly HostIdentity[];
  readonly users: readonly FleetUser[];
  readonly server: FleetServer;
  /** Whom people are told by, and of what; both empty where the file says nothing of it. */
  readonly alerts: AlertRules;
}

/** Keeps the vault's copy; there is one where the fleet has a vault, and no file describes it. */
export const vaultKeeper = "vault" as Requester;

/** A name of the fleet with its public NKeys, the newest first: while a key is rotated there are two. */
export type PublicKeys = ReadonlyMap<HostName | Requester, readonly [string, ...string[]]>;
