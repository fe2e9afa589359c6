/**
 * A server as a fleet has it: NKeys, the real permissions in two accounts, every record synced to the disk before it is
 * acknowledged. Beside the log stands a stream with the same settings for the bare parts, which talk to the streams'
 * account directly.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "nats";
import type { Permissions } from "../../lib/contract/permissions.ts";
import { permissionsOf } from "../../lib/contract/permissions.ts";
import { connectBus } from "../../lib/nats/bus.ts";
import { toConsumerConfig } from "../../lib/nats/consumer-settings.ts";
import { newKey } from "../../lib/nats/new-key.ts";
import { connectProvisioner } from "../../lib/nats/provisioner.ts";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { toStreamConfig } from "../../lib/nats/stream-settings.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { serverConf } from "../../lib/server/conf.ts";
import { findServer } from "../../lib/server/find.ts";
import { startServer } from "../../lib/server/start.ts";
import { alerterConsumer } from "../../streams/alerts/settings.ts";
import { applyStreams } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import type { Place } from "../place.ts";
import { addresses, alerter, alice, bare, host, owner, provisioner, sink } from "./names.ts";
import { rightOf } from "./right-of.ts";

export interface LogServer {
  readonly servers: readonly [string];
  readonly keyFile: (name: string) => string;
  /** As a requester of the fleet. */
  readonly bus: () => Promise<Bus>;
  /** As the owner of the streams, with the plain client. */
  readonly bareClient: () => Promise<NatsConnection>;
}

export interface LogServerOptions {
  readonly maxBytes?: number;
  /** `2m` where much is written that is measured by reading. */
  readonly syncInterval?: "always" | "2m";
  /** Also the stream of alerts, with a place for one sink. */
  readonly alerts?: boolean;
}

const identities: readonly (readonly [string, Permissions | "all"])[] = [
  [host.hostname, permissionsOf({ kind: "host", hostname: host.hostname, addresses })],
  [alice, permissionsOf({ kind: "deployer", requester: alice, tiers: [host.tier] })],
  [alerter, permissionsOf({ kind: "alerter", requester: alerter })],
  [provisioner, permissionsOf({ kind: "provisioner", requester: provisioner })],
  [owner, "all"],
];

const makeKeys = async (keyFile: LogServer["keyFile"]) =>
  Promise.all(
    identities.map(async ([name, permissions]) => {
      const { seed, publicKey } = newKey();
      await writeFile(keyFile(name), seed, { mode: 0o600 });
      return { publicKey, permissions };
    }),
  );

const silent = (): void => {};
const streamOf = ({ maxBytes = 1024 ** 3 }: LogServerOptions) => auditStream({ replicas: 1, maxBytes });
const consumer = hostConsumer(host.hostname, addresses);

const makeLog = async (
  { servers, keyFile }: Pick<LogServer, "servers" | "keyFile">,
  options: LogServerOptions,
): Promise<void> => {
  const connection = {
    servers,
    requester: provisioner,
    credentials: { kind: "nkey", file: keyFile(provisioner) } as const,
    notice: silent,
  };
  const port = rightOf(await connectProvisioner(connection)());
  rightOf(
    await applyStreams(
      port,
      { stream: streamOf(options), consumers: [consumer], ...(options.alerts ? { sinks: [sink] } : {}) },
      { update: false },
    )(),
  );
  await port.close();
};

const makeBareStream = async (nc: NatsConnection): Promise<void> => {
  const { streams, consumers } = await jetstreamManager(nc);
  await streams.add(toStreamConfig({ ...streamOf({}), name: bare.stream, subjects: ["br.req.>", "br.res.>"] }));
  const filters = [bare.requestSubject];
  await consumers.add(bare.stream, toConsumerConfig({ ...consumer, name: bare.durable, filters }));
  const failures = { name: bare.alertDurable, filters: [bare.failedSubject] };
  await consumers.add(bare.stream, toConsumerConfig({ ...alerterConsumer, ...failures }));
};

const clients = ({ undo }: Pick<Place, "undo">, { servers, keyFile }: Pick<LogServer, "servers" | "keyFile">) => ({
  bus: async () => {
    const bus = rightOf(
      await connectBus({
        servers,
        requester: alice,
        credentials: { kind: "nkey", file: keyFile(alice) },
        notice: silent,
      })(),
    );
    undo(bus.close);
    return bus;
  },
  bareClient: async () => {
    const { authenticator } = rightOf(await seedFile(keyFile(owner))());
    const nc = await connect({ servers: [...servers], authenticator, noAsyncTraces: true });
    undo(() => nc.close());
    return nc;
  },
});

export const startLogServer = async (
  place: Pick<Place, "dir" | "undo">,
  options: LogServerOptions = {},
): Promise<LogServer> => {
  const dir = join(place.dir, "keys");
  await mkdir(dir, { mode: 0o700 });
  const keyFile = (name: string): string => join(dir, `${name}.nk`);
  const users = await makeKeys(keyFile);
  const { binary } = rightOf(await findServer({ env: process.env, say: console.error }));
  const config = serverConf({
    jetstream: { syncInterval: options.syncInterval ?? "always" },
    users,
    tiers: [host.tier],
  });
  const { url, stop } = rightOf(await startServer({ binary, config, dir: join(place.dir, "nats") }));
  place.undo(stop);
  const reached = { servers: [url] as const, keyFile };
  await makeLog(reached, options);
  const server = { ...reached, ...clients(place, reached) };
  await makeBareStream(await server.bareClient());
  return server;
};
