/**
 * The configuration on a real server: it starts, plain clients are stored as unnamed, and nobody can use the server against
 * the log. Each attack here succeeds when streams and clients share an account, which the last test proves.
 */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../../lib/contract/address.ts";
import { unnamed } from "../../../lib/contract/names.ts";
import type { Identity } from "../../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { serverConf } from "../../../lib/server/conf.ts";
import { startServer } from "../../../lib/server/start.ts";
import { auditStream } from "../../../streams/audit.ts";
import { eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import { hostName, requester, tier } from "../../support/fixtures.ts";
import { natsBinary, temporaryFolder } from "../../support/nats.ts";
import { type ServedWorld, startWorld, tiers } from "../../support/nats-world.ts";

const test = suite<{ world: ServedWorld; bob: NatsConnection; host: NatsConnection }>("lib/server/conf");

const [lab, prod] = [tier("test"), tier("prod")];
const lab1: HostIdentity = { hostname: hostName("lab1"), tier: lab, roles: [] };
const served = [hostAddress(lab, lab1.hostname)];

const identities: readonly Identity[] = [
  { kind: "deployer", requester: requester("bob"), tiers: [lab] },
  { kind: "deployer", requester: unnamed, tiers: [lab] },
  { kind: "host", hostname: lab1.hostname, addresses: served },
];

test.before(async (context) => {
  context.world = await startWorld(identities);
  await context.world.apply({ hosts: [[lab1.hostname, served]] });
  context.bob = await context.world.raw("bob");
  context.host = await context.world.raw("lab1");
});
test.after(async ({ world }) => {
  await world.close();
  await world.server.stop();
});

const subjects = async (world: ServedWorld): Promise<readonly string[]> => {
  const bus = await world.bus("bob");
  const records = rightOf(await bus.log.range(1, "hd.>", 1_000)());
  await bus.close();
  return records.map(({ subject }) => subject);
};

test("a client that knows nothing of the log is stored as unnamed, in its tiers only", async ({ world }) => {
  const plain = await world.raw(unnamed);
  const before = (await subjects(world)).length;
  for (const address of ["deploy.test.lab1", "deploy.test.all", "deploy.test.role.web", "deploy.test.lab1.freeze"]) {
    const ack = await plain.request(address, "{}");
    assert.match(ack.string(), '"stream":"HD_AUDIT"');
  }
  plain.publish("deploy.prod.web1", "{}");
  await plain.flush();
  await plain.close();
  assert.equal((await subjects(world)).slice(before), [
    "hd.req.unnamed.test.lab1",
    "hd.req.unnamed.test.all",
    "hd.req.unnamed.test.role.web",
    "hd.req.unnamed.test.lab1.freeze",
  ]);
});

test("what the server remembers of a request with several answers has an end", () => {
  const config = serverConf({
    jetstream: { syncInterval: "2m" },
    users: [{ publicKey: "U", permissions: "all" }],
    tiers,
  });
  assert.is(config.match(/response_type: "stream",?\s+threshold: "(?:1m|10s)"/g)?.length, 5);
});

const everything = { max_bytes: -1, max_msgs: 1, name: "HD_AUDIT", subjects: ["hd.req.>", "hd.res.>"] };

/** Requests that the server answers, each with a reply subject that the client itself may not publish on. */
const attacks = (bob: NatsConnection, host: NatsConnection, api: string, seq: number): void => {
  const targets = ["hd.req.alice.prod.web1", "hd.res.prod.web1.completed"];
  for (const reply of [...targets, "$JS.API.STREAM.UPDATE.HD_AUDIT", "hd.api.STREAM.UPDATE.HD_AUDIT"]) {
    bob.publish(`${api}.DIRECT.GET.HD_AUDIT`, JSON.stringify({ seq }), { reply });
    bob.publish(`${api}.DIRECT.GET.HD_AUDIT.hd.req.bob.test.lab1`, "", { reply });
    bob.publish("hd.req.bob.test.nobody", "{}", { reply });
    host.publish(`${api}.CONSUMER.MSG.NEXT.HD_AUDIT.host_lab1`, '{"batch":1,"no_wait":true}', { reply });
  }
  for (const reply of ["$JS.API.STREAM.DELETE.HD_AUDIT", "hd.api.STREAM.DELETE.HD_AUDIT"]) {
    bob.publish(`${api}.DIRECT.GET.HD_AUDIT`, JSON.stringify({ seq: 1_000_000 }), { reply });
    host.publish(`${api}.CONSUMER.MSG.NEXT.HD_AUDIT.host_lab1`, '{"batch":1,"no_wait":true}', { reply });
  }
};

test("no reply subject makes the server publish or administer for a client", async ({ world, bob, host }) => {
  const { seq } = await jetstream(bob).publish("hd.req.bob.test.lab1", JSON.stringify(everything));
  attacks(bob, host, "hd.api", seq);
  await Promise.all([bob.flush(), host.flush()]);
  const added = (await subjects(world)).slice(seq);
  assert.ok(added.length > 0 && added.every((subject) => subject === "hd.req.bob.test.nobody"), added.join(" "));
  const found = await world.provision((port) => port.stream("HD_AUDIT")());
  assert.is(rightOf(found)?.settings.maxRecords, -1);
});

test("the API itself is out of reach for a client", async ({ bob }) => {
  for (const api of ["hd.api", "$JS.API"]) {
    for (const act of [
      "STREAM.DELETE.HD_AUDIT",
      "STREAM.UPDATE.HD_AUDIT",
      "CONSUMER.CREATE.HD_AUDIT",
      "STREAM.NAMES",
    ]) {
      const answer = await bob.request(`${api}.${act}`, "{}", { timeout: 5_000 }).then(String, String);
      assert.match(answer, "Permissions Violation");
    }
  }
});

test("the same attacks succeed where streams and clients share an account", async () => {
  const config = serverConf({ jetstream: { syncInterval: "always" }, users: [], tiers: [prod] });
  const server = rightOf(await startServer({ binary: await natsBinary(), config, dir: temporaryFolder() }));
  const nc = await connect({ servers: server.url });
  const { streams, consumers } = await jetstreamManager(nc);
  await streams.add({
    name: "HD_AUDIT",
    subjects: [...auditStream({ replicas: 1, maxBytes: -1 }).subjects],
    allow_direct: true,
  });
  await consumers.add("HD_AUDIT", { durable_name: "host_lab1", ack_policy: "explicit" });
  const { seq } = await jetstream(nc).publish("hd.req.bob.test.lab1", JSON.stringify({ revision: "evil" }));
  const forged = new Promise<string>((resolve) => {
    nc.subscribe("hd.req.alice.>", { max: 1, callback: (_error, message) => resolve(message.string()) });
  });
  attacks(nc, nc, "hd.api", seq);
  assert.match(await forged, "evil");
  await eventually("the log is deleted", async () => {
    const answer = await streams.info("HD_AUDIT").then(String, String);
    return answer.includes("stream not found") || undefined;
  });
  await nc.close();
  await server.stop();
});

test.run();
