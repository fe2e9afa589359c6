/**
 * A real server that knows some identities by their keys, with exactly the permissions that hd gives them, and connections
 * as each of them. The provisioner makes the log, as `hd streams apply` does.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "nats";
import { createUser } from "nkeys.js";
import type { Address } from "../../lib/contract/address.ts";
import { inboxPrefix, logStream } from "../../lib/contract/log-names.ts";
import type { HostName, SinkName } from "../../lib/contract/names.ts";
import { type Identity, permissionsOf } from "../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { connectAlerter } from "../../lib/nats/alerter-bus.ts";
import { connectBuilder } from "../../lib/nats/builder-bus.ts";
import { connectBus } from "../../lib/nats/bus.ts";
import { connectListener, type ListenerBus } from "../../lib/nats/listener-bus.ts";
import { connectProvisioner, type ProvisionerConnection } from "../../lib/nats/provisioner.ts";
import { seedFile } from "../../lib/nats/seed-file.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import type { BuilderBus } from "../../lib/router/building.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { ConsumerSettings } from "../../lib/router/provisioner.ts";
import type { ServerUser } from "../../lib/server/accounts.ts";
import { serverConf } from "../../lib/server/conf.ts";
import { type RunningServer, startServer } from "../../lib/server/start.ts";
import { type Applied, applyStreams } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { builderConsumer, builderDifferences } from "../../streams/builder-consumer.ts";
import { hostConsumer, placeDifferences } from "../../streams/host-consumer.ts";
import { rightOf } from "./either.ts";
import { keyIn, requester, tier } from "./fixtures.ts";
import { natsBinary, temporaryFolder } from "./nats.ts";
import { type Recorder, recorder } from "./recorder.ts";

const provisioner = requester("provisioner");
/** May do everything in the streams' account, for what hd itself never does, such as deleting. */
export const owner = requester("owner");
export const tiers = [tier("test"), tier("prod")] as const;

/** The key file of each identity, by its name. */
export type Keys = ReadonlyMap<string, string>;

const named = (identity: Identity): readonly [string, ServerUser["permissions"]] => [
  identity.kind === "host" ? identity.hostname : identity.requester,
  permissionsOf(identity),
];

/** A key for each identity, and the configuration of a server that knows them. */
export const keysFor = (
  identities: readonly Identity[],
  dir: string,
): { readonly keys: Keys; readonly config: string } => {
  const own: Identity = { kind: "provisioner", requester: provisioner };
  const all = [...[own, ...identities].map(named), [owner, "all"] as const];
  const made = all.map(([name, permissions]) => {
    const pair = createUser();
    const file = join(dir, `${name}.nk`);
    writeFileSync(file, pair.getSeed(), { mode: 0o600 });
    return { name, file, user: { publicKey: pair.getPublicKey(), permissions } };
  });
  const users = made.map(({ user }) => user);
  const vault = identities.some(({ kind }) => kind === "keeper");
  return {
    keys: new Map(made.map(({ name, file }) => [name, file])),
    config: serverConf({ jetstream: { syncInterval: "2m" }, users, tiers, vault }),
  };
};

export interface NatsWorld {
  readonly keys: Keys;
  /** Of a connection's notices and a listener's lines, all of them. */
  readonly said: Recorder;
  readonly bus: (name: string) => Promise<Bus>;
  readonly listener: (host: HostIdentity, addresses: readonly Address[]) => Promise<ListenerBus>;
  /** Of an identity of the kind alerter; its places are there where `apply` was given sinks. */
  readonly alerter: (name: string) => Promise<AlerterBus>;
  /** Of an identity of the kind builder; its place is there where `apply` was told of one. */
  readonly builder: (name: string) => Promise<BuilderBus>;
  /** A plain NATS client with that key: what an attacker would use. */
  readonly raw: (name: string) => Promise<NatsConnection>;
  readonly provision: <A>(use: (port: ProvisionerConnection) => Promise<A>) => Promise<A>;
  /** Where the log ends, as its leader knows it: any replica may answer a read, and may be behind. */
  readonly lastSeq: () => Promise<number>;
  readonly apply: (options?: ApplyOptions) => Promise<readonly Applied[]>;
  /** Ends every connection that was made here and is still open: a test that fails leaves some. */
  readonly close: () => Promise<void>;
}

export interface ApplyOptions {
  readonly replicas?: 1 | 3;
  readonly maxBytes?: number;
  readonly hosts?: readonly (readonly [HostName, readonly Address[]])[];
  readonly consumer?: Partial<ConsumerSettings>;
  /** A place for builders, with these differences from a real one. */
  readonly builder?: Partial<ConsumerSettings>;
  /** Makes the stream of alerts, with a place for each of these. */
  readonly sinks?: readonly SinkName[];
}

/** Connections to servers that have the configuration of these keys. */
export const worldOf = (servers: readonly [string, ...string[]], keys: Keys): NatsWorld => {
  const said = recorder();
  const made: { readonly close: () => Promise<void> }[] = [];
  const keep = <A extends { readonly close: () => Promise<void> }>(connection: A): A => {
    made.push(connection);
    return connection;
  };
  const keyOf = (name: string) => ({ servers, credentials: keyIn(keys.get(name)) });
  const provision: NatsWorld["provision"] = async (use) => {
    const connecting = connectProvisioner({ ...keyOf(provisioner), requester: provisioner, notice: said.notice });
    const port = rightOf(await connecting());
    try {
      return await use(port);
    } finally {
      await port.close();
    }
  };
  const raw: NatsWorld["raw"] = async (name) => {
    const { authenticator } = rightOf(await seedFile(keys.get(name) ?? "")());
    return keep(await connect({ servers: [...servers], authenticator, inboxPrefix: inboxPrefix(requester(name)) }));
  };
  return {
    keys,
    said,
    provision,
    raw,
    lastSeq: async () => {
      const nc = await raw(owner);
      const { streams } = await jetstreamManager(nc, { checkAPI: false });
      const { state } = await streams.info(logStream);
      await nc.close();
      return state.last_seq;
    },
    bus: async (name) =>
      keep(rightOf(await connectBus({ ...keyOf(name), requester: requester(name), notice: said.notice })())),
    listener: async (host, addresses) =>
      keep(
        rightOf(
          await connectListener({
            ...keyOf(host.hostname),
            ...{ host, addresses, differences: placeDifferences(host.hostname, addresses), logger: said.logger },
          })(),
        ),
      ),
    alerter: async (name) =>
      keep(rightOf(await connectAlerter({ ...keyOf(name), requester: requester(name), notice: said.notice })())),
    builder: async (name) =>
      keep(
        rightOf(
          await connectBuilder({
            ...keyOf(name),
            ...{ requester: requester(name), differences: builderDifferences, logger: said.logger },
          })(),
        ),
      ),
    apply: ({ replicas = 1, maxBytes = 100_000_000, hosts = [], consumer = {}, builder, sinks } = {}) =>
      provision(async (port) => {
        const consumers = [
          ...hosts.map(([hostname, addresses]) => ({ ...hostConsumer(hostname, addresses), ...consumer })),
          ...(builder === undefined ? [] : [{ ...builderConsumer, ...builder }]),
        ];
        const wanted = { stream: auditStream({ replicas, maxBytes }), consumers, sinks };
        return rightOf(await applyStreams(port, wanted, { update: false })());
      }),
    close: async () => {
      await Promise.all(made.splice(0).map((connection) => connection.close()));
    },
  };
};

const root = temporaryFolder();

export interface ServedWorld extends NatsWorld {
  readonly server: RunningServer;
}

/** A server of its own for these identities; who starts it stops it. */
export const startWorld = async (
  identities: readonly Identity[],
  change: (config: string) => string = (config) => config,
): Promise<ServedWorld> => {
  const dir = mkdtempSync(join(root, "world-"));
  const { keys, config: whole } = keysFor(identities, dir);
  const config = change(whole);
  const started = await startServer({ binary: await natsBinary(), config, dir: join(dir, "server") });
  const server = rightOf(started);
  return { ...worldOf([server.url], keys), server };
};
