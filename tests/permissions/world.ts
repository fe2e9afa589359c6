/**
 * A real nats-server with the configuration that is generated from the fleet, the log and the vault in it as hd makes them,
 * clients with the key of each identity, and a stage: the owner of the streams' account, who sets the scene of an attempt
 * and looks at what came of it. No identity of hd has the owner's rights.
 */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "nats";
import { type PublicKeys, vaultKeeper } from "../../lib/contract/fleet.ts";
import { serviceDurables } from "../../lib/contract/log-names.ts";
import { addressesOf } from "../../lib/contract/template.ts";
import { linkOf } from "../../lib/nats/link.ts";
import { newKey } from "../../lib/nats/new-key.ts";
import { provisionerOf } from "../../lib/nats/provisioner.ts";
import { type UserKey, userKey } from "../../lib/nats/user-key.ts";
import type { ConsumerSettings } from "../../lib/router/provisioner.ts";
import type { ServerUser } from "../../lib/server/accounts.ts";
import { type ServerConf, serverSettings } from "../../lib/server/conf.ts";
import { fleetConf } from "../../lib/server/fleet-conf.ts";
import { renderConf, type Settings } from "../../lib/server/render.ts";
import { type RunningServer, startServer } from "../../lib/server/start.ts";
import { applyStream, applyStreams } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import { vaultSettings } from "../../streams/vault.ts";
import { rightOf } from "../support/either.ts";
import { hostName, sinkName } from "../support/fixtures.ts";
import { natsBinary, temporaryFolder } from "../support/nats.ts";
import { type Client, connectClient } from "./client.ts";
import { hosts, names, proofFleet } from "./fleet.ts";

/** A user besides those of the fleet, for a test that changes permissions. */
export interface Extra {
  readonly key: UserKey;
  readonly permissions: ServerUser["permissions"];
}

/** Sets the scene, with rights that no identity has. */
export interface Stage {
  readonly nc: NatsConnection;
  readonly manager: JetStreamManager;
  /** Puts a record into the log. */
  readonly record: (subject: string, body?: string) => Promise<void>;
  /** The subjects of all that it put there. */
  readonly recorded: readonly string[];
}

export interface ProofWorld {
  readonly server: RunningServer;
  readonly stage: Stage;
  /** By the name of an identity, with its own key. */
  readonly client: (name: string) => Promise<Client>;
  /** With another key under that name. */
  readonly clientWith: (name: string, key: UserKey | undefined) => Promise<Client>;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  readonly extras?: readonly Extra[];
  readonly change?: (settings: Settings) => Settings;
}

const authenticatorOf = (key: UserKey) => (nonce?: string) => ({
  nkey: key.publicKey,
  sig: nonce ? Buffer.from(key.sign(new TextEncoder().encode(nonce))).toString("base64url") : "",
});

const root = temporaryFolder();

const service = (name: string, filters: readonly string[]): ConsumerSettings => ({
  ...hostConsumer(hostName(name), []),
  ...{ name, filters },
});

/** @internal Of everyone who is handed records. */
export const consumers: readonly ConsumerSettings[] = [
  ...hosts.map((host) => hostConsumer(host.hostname, addressesOf(host))),
  service(serviceDurables.builder, ["hd.req.*.build.>"]),
];

/** Where it listens and stores is said by who starts it. */
const startable = (conf: ServerConf): ServerConf => {
  const { listen: _, jetstream, ...rest } = conf;
  return { ...rest, jetstream: { syncInterval: jetstream.syncInterval } };
};

const dial = (url: string, key: UserKey) => connect({ servers: url, authenticator: authenticatorOf(key) });

/** As `hd streams apply` does. */
const makeLog = async (provisioner: Client): Promise<void> => {
  const port = provisionerOf(linkOf(provisioner.nc, () => undefined));
  const wanted = { stream: auditStream({ replicas: 1, maxBytes: 100_000_000 }), consumers, sinks: [sinkName("ops")] };
  rightOf(await applyStreams(port, wanted, { update: false })());
};

/** As `hd streams apply --vault` does. */
const makeVault = async (keeper: Client): Promise<void> => {
  const port = provisionerOf(linkOf(keeper.nc, () => undefined));
  rightOf(await applyStream(port, vaultSettings({ replicas: 1 }), { update: false })());
};

/** Left: the server does not take the configuration. */
export const startProof = async ({ extras = [], change = (same) => same }: WorldOptions = {}) => {
  const keys = new Map(names.map((name) => [name, userKey(newKey().seed)]));
  const owner = userKey(newKey().seed);
  const publicKeys = new Map([...keys].map(([name, { publicKey }]) => [name, [publicKey]])) as unknown as PublicKeys;
  const conf = startable(fleetConf(proofFleet, publicKeys));
  const users: readonly ServerUser[] = [
    ...conf.users,
    { publicKey: owner.publicKey, permissions: "all" },
    ...extras.map(({ key, permissions }) => ({ publicKey: key.publicKey, permissions })),
  ];
  const config = renderConf(change(serverSettings({ ...conf, users })));
  const started = await startServer({ binary: await natsBinary(), config, dir: mkdtempSync(join(root, "proof-")) });
  if (started._tag === "Left") return started;
  const server = started.right;
  const open: NatsConnection[] = [];
  const keep = (client: Client): Client => {
    open.push(client.nc);
    return client;
  };
  const clientWith = async (name: string, key: UserKey | undefined): Promise<Client> =>
    keep(await connectClient(server.url, name, key && authenticatorOf(key)));
  const client = (name: string): Promise<Client> => clientWith(name, keys.get(name));
  const stage = await dial(server.url, owner);
  const recorded: string[] = [];
  open.push(stage);
  await makeLog(await client("provisioner"));
  await makeVault(await client(vaultKeeper));
  const world: ProofWorld = {
    server,
    stage: {
      nc: stage,
      manager: await jetstreamManager(stage),
      recorded,
      record: async (subject, body = "{}") => {
        await stage.request(subject, body);
        recorded.push(subject);
      },
    },
    client,
    clientWith,
    close: async () => {
      await Promise.all(open.map((nc) => nc.close()));
      await server.stop();
    },
  };
  return { _tag: "Right" as const, right: world };
};
