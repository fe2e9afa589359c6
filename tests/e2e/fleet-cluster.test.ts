/**
 * A fleet whose server is a cluster of three over TLS, with a port for leaf nodes: the configuration that follows from its
 * file, started three times, keeps a log of three replicas; and a host reaches it through a leaf node on its own network.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Fleet, PublicKeys } from "../../lib/contract/fleet.ts";
import { identitiesOf, nameOf } from "../../lib/contract/fleet-identities.ts";
import { inboxPrefix } from "../../lib/contract/log-names.ts";
import { connectBus } from "../../lib/nats/bus.ts";
import { newKey } from "../../lib/nats/new-key.ts";
import { connectProvisioner } from "../../lib/nats/provisioner.ts";
import { type Service, startService } from "../../lib/nix/process.ts";
import { serverConf } from "../../lib/server/conf.ts";
import { fleetConf } from "../../lib/server/fleet-conf.ts";
import { applyStreams } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import { authority, written } from "../support/certificates.ts";
import { eventually } from "../support/collector.ts";
import { rightOf } from "../support/either.ts";
import { hostName, keyIn, requester, role, tier } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { natsBinary, temporaryFolder } from "../support/nats.ts";

const test = suite("e2e: fleet cluster");
const dir = temporaryFolder();
const binary = await natsBinary();
const ca = authority("fleet CA");
const { certFile: caFile } = written(dir, "ca", ca);
const tls = {
  ...written(dir, "server", ca.issue({ name: "server", hosts: ["127.0.0.1"] })),
  caFile,
  verify: false,
};

/** Of servers alone: a certificate of the clients' authority does not join. */
const serversCa = authority("servers CA");
const routeTls = {
  ...written(dir, "route", serversCa.issue({ name: "route", hosts: ["127.0.0.1"] })),
  caFile: written(dir, "servers-ca", serversCa).certFile,
};

const nodes = [0, 1, 2] as const;
const ports = await Promise.all([...nodes, 3, 4, 5, 6, 7, 8, 9].map(() => freePort()));
const at = (n: number): string => `127.0.0.1:${ports[n]}`;
const servers = [`tls://${at(0)}`, `tls://${at(1)}`, `tls://${at(2)}`] as const;
const leafPort = (n: number): number => 6 + n;

const fleet: Fleet = {
  name: "home",
  tiers: [{ name: tier("prod"), signatures: "require" }],
  hosts: [{ hostname: hostName("web1"), tier: tier("prod"), roles: [role("web")] }],
  users: [
    {
      name: requester("alice"),
      kind: "person",
      role: "deployer",
      tiers: [tier("prod")],
      actions: ["switch"],
      overridesFreeze: false,
    },
    { name: requester("maker"), kind: "service", role: "provisioner", tiers: [], actions: [], overridesFreeze: false },
  ],
  alerts: { rules: [], sinks: [] },
  server: {
    urls: servers,
    listen: at(0),
    storeDir: dir,
    maxFileBytes: 1024 ** 3,
    maxLogBytes: 1024 ** 2,
    replicas: 3,
    tls,
    cluster: { name: "home", listen: at(3), routes: nodes.map((n) => `nats://${at(3 + n)}`), tls: routeTls },
    leafnodes: { listen: at(leafPort(0)) },
    vault: false,
  },
};

const seedOf = (name: string): string => join(dir, `${name}.nk`);
const publicKeys: PublicKeys = new Map(
  identitiesOf(fleet).map((identity) => {
    const { seed, publicKey } = newKey();
    writeFileSync(seedOf(nameOf(identity)), seed, { mode: 0o600 });
    return [nameOf(identity), [publicKey]];
  }),
);

const started: Service[] = [];
const start = async (name: string, conf: string): Promise<void> => {
  const file = join(dir, `${name}.conf`);
  writeFileSync(file, conf, { mode: 0o600 });
  mkdirSync(join(dir, name));
  const service = await startService([binary, "-c", file, "--name", name], { outputFile: join(dir, `${name}.log`) });
  started.push(rightOf(service));
};

const conf = fleetConf(fleet, publicKeys);
const { cluster } = fleet.server;
assert.ok(cluster);

test.before(async () => {
  for (const n of nodes) {
    // On machines of their own the three would share one file; on one machine their ports and folders differ.
    const own = {
      listen: at(n),
      jetstream: { ...conf.jetstream, storeDir: join(dir, `n${n}`) },
      cluster: { ...cluster, listen: at(3 + n) },
      leafnodes: { listen: at(leafPort(n)) },
    };
    await start(`n${n}`, serverConf({ ...conf, ...own }));
  }
});
test.after(async () => {
  await Promise.all(started.map((service) => service.stop(10_000)));
});

const as = (name: string) => ({
  servers,
  credentials: keyIn(seedOf(name)),
  tls: { caFile },
  requester: requester(name),
  notice: () => undefined,
});

test("the log has three replicas, and takes what a deployer asks for", async () => {
  const port = await eventually("the cluster takes the provisioner", async () => {
    const connected = await connectProvisioner(as("maker"))();
    return connected._tag === "Left" ? undefined : connected.right;
  });
  const wanted = {
    stream: auditStream({ replicas: 3, maxBytes: fleet.server.maxLogBytes }),
    consumers: [hostConsumer(hostName("web1"), ["deploy.prod.web1" as Parameters<typeof hostConsumer>[1][number]])],
  };
  await eventually("the log is made", async () => {
    const applied = await applyStreams(port, wanted, { update: false })();
    return applied._tag === "Right" ? true : undefined;
  });
  assert.is(rightOf(await port.stream("HD_AUDIT")())?.settings.replicas, 3);
  await port.close();
  const bus = rightOf(await connectBus(as("alice"))());
  const entry = { subject: "hd.req.alice.prod.web1", body: '{"revision":"main"}', msgId: "one" };
  assert.is(rightOf(await bus.log.append(entry)()).duplicate, false);
  await bus.close();
});

/** How often the three have refused somebody who wanted to be a server. */
const refusals = (): number =>
  nodes.flatMap((n) => readFileSync(join(dir, `n${n}.log`), "utf8").match(/TLS route handshake error/g) ?? []).length;

test("nobody joins as a server with what clients have: no certificate, or one of the clients' authority", async () => {
  const carol = written(dir, "carol", ca.issue({ name: "carol" }));
  for (const [n, tried] of [undefined, { ...carol, caFile: routeTls.caFile }].entries()) {
    const [before, http, port] = [refusals(), await freePort(), await freePort()];
    const rogue = { ...cluster, listen: `127.0.0.1:${port}`, tls: tried };
    const jetstream = { ...conf.jetstream, storeDir: join(dir, `rogue${n}`) };
    const own = { listen: "127.0.0.1:-1", jetstream, leafnodes: undefined, tls: undefined, cluster: rogue };
    await start(`rogue${n}`, `http: "127.0.0.1:${http}"\n${serverConf({ ...conf, ...own })}`);
    await eventually("it is refused", async () => (refusals() > before ? true : undefined));
    const routes = (await (await fetch(`http://127.0.0.1:${http}/routez`)).json()) as { num_routes: number };
    assert.is(routes.num_routes, 0);
    await started.pop()?.stop(10_000);
  }
});

test("a host takes its work through a leaf node, with the rights of its own key", async () => {
  const port = await freePort();
  const remote = {
    url: `tls://${at(leafPort(0))}`,
    nkey: readFileSync(seedOf("web1"), "utf8"),
    tls: { ca_file: caFile },
  };
  await start("leaf", `listen: "127.0.0.1:${port}"\nleafnodes { remotes: [${JSON.stringify(remote)}] }\n`);
  const nc = await eventually("the leaf node is there", async () =>
    connect({ servers: `127.0.0.1:${port}`, inboxPrefix: inboxPrefix(hostName("web1")) }).catch(() => undefined),
  );
  const answer = await eventually("the leaf node reaches the log", async () => {
    const info = await nc
      .request("hd.api.CONSUMER.INFO.HD_AUDIT.host_web1", "", { timeout: 2_000 })
      .catch(() => undefined);
    return info?.string();
  });
  assert.match(answer, '"num_pending":1');
  const other = await nc.request("hd.req.alice.prod.web1", "{}", { timeout: 2_000 }).then(String, String);
  assert.match(other, /no responders|timeout/i);
  await nc.close();
});

test.run();
