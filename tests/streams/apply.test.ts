/** What `hd streams apply` does to a real server: creates, tells, edits when asked to, and never twice. */
import type { StreamConfig } from "@nats-io/jetstream";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../lib/contract/address.ts";
import { linkOf } from "../../lib/nats/link.ts";
import { provisionerOf } from "../../lib/nats/provisioner.ts";
import type { Provisioner } from "../../lib/router/provisioner.ts";
import { serverConf } from "../../lib/server/conf.ts";
import { startServer } from "../../lib/server/start.ts";
import { type Applied, applyStreams, type WantedLog } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import { failureOf, rightOf } from "../support/either.ts";
import { hostName, tier } from "../support/fixtures.ts";
import { natsBinary, temporaryFolder } from "../support/nats.ts";

interface Context {
  nc: NatsConnection;
  port: Provisioner;
  stop: () => Promise<void>;
}

const test = suite<Context>("streams/apply");

test.before.each(async (context) => {
  const config = serverConf({ jetstream: { syncInterval: "2m" }, users: [], tiers: [] });
  const server = rightOf(await startServer({ binary: await natsBinary(), config, dir: temporaryFolder() }));
  context.nc = await connect({ servers: server.url });
  context.port = provisionerOf(linkOf(context.nc, () => undefined));
  context.stop = async () => {
    await context.nc.close();
    await server.stop();
  };
});
test.after.each(({ stop }) => stop());

const consumerFor = (name: string) => hostConsumer(hostName(name), [hostAddress(tier("prod"), hostName(name))]);

const wanted: WantedLog = {
  stream: auditStream({ replicas: 1, maxBytes: 1_000_000 }),
  consumers: [consumerFor("web1"), consumerFor("web2")],
};

const apply = async ({ port }: Context, what: WantedLog = wanted, update = false): Promise<readonly Applied[]> =>
  rightOf(await applyStreams(port, what, { update })());

const outcomes = (applied: readonly Applied[]): readonly string[] =>
  applied.map(({ kind, name, outcome }) => `${kind} ${name} ${outcome}`);

const drifts = (applied: readonly Applied[]): readonly string[] =>
  applied.flatMap(({ differences }) => differences.map(({ setting }) => setting));

const spoil = async ({ nc }: Context, changes: Partial<StreamConfig>): Promise<void> => {
  const { streams } = await jetstreamManager(nc);
  await streams.update("HD_AUDIT", changes);
};

test("creates what is missing, and nothing the second time", async (context) => {
  assert.equal(outcomes(await apply(context)), [
    "stream HD_AUDIT created",
    "consumer host_web1 created",
    "consumer host_web2 created",
    "stream KV_HD_HOSTS created",
  ]);
  assert.equal(outcomes(await apply(context)), [
    "stream HD_AUDIT matches",
    "consumer host_web1 matches",
    "consumer host_web2 matches",
    "stream KV_HD_HOSTS matches",
  ]);
});

test("adds a host to a log that is in use, and leaves the others alone", async (context) => {
  await apply(context);
  const more = { ...wanted, consumers: [consumerFor("web3")] };
  assert.equal(outcomes(await apply(context, more)), [
    "stream HD_AUDIT matches",
    "consumer host_web3 created",
    "stream KV_HD_HOSTS matches",
  ]);
  const { consumers } = await jetstreamManager(context.nc);
  const names = (await consumers.list("HD_AUDIT").next()).map(({ name }) => name);
  assert.equal(names.toSorted(), ["host_web1", "host_web2", "host_web3"]);
});

test("tells a drift, edits it only when asked to, and then it is gone", async (context) => {
  await apply(context);
  await spoil(context, {
    discard: "old",
    max_bytes: 500_000,
    duplicate_window: 60e9,
    allow_direct: false,
    max_msgs: 9,
  });
  const { consumers } = await jetstreamManager(context.nc);
  await consumers.update("HD_AUDIT", "host_web1", { ack_wait: 5e9, filter_subjects: ["hd.req.*.prod.other"] });
  const told = await apply(context);
  assert.equal(outcomes(told).slice(0, 2), ["stream HD_AUDIT differs", "consumer host_web1 differs"]);
  const settings = ["discard", "maxBytes", "maxRecords", "duplicateWindowMs", "allowDirect", "filters", "ackWaitMs"];
  assert.equal(drifts(told), settings);
  assert.equal(drifts(await apply(context)), settings, "nothing was edited");
  const edited = await apply(context, wanted, true);
  assert.equal(outcomes(edited), [
    "stream HD_AUDIT updated",
    "consumer host_web1 updated",
    "consumer host_web2 matches",
    "stream KV_HD_HOSTS matches",
  ]);
  assert.equal(
    edited.flatMap(({ fixed }) => fixed.map(({ setting }) => setting)),
    settings,
  );
  assert.ok((await apply(context)).every(({ outcome }) => outcome === "matches"));
});

test("what can alter records is told and left to a person; the rest is edited all the same", async (context) => {
  await apply(context);
  await spoil(context, { republish: { src: "hd.req.>", dest: "copy.>" }, no_ack: true, discard: "old" });
  const [stream] = await apply(context, wanted, true);
  assert.is(stream?.outcome, "differs");
  assert.equal(
    stream?.fixed.map(({ setting }) => setting),
    ["discard"],
  );
  assert.equal(stream?.differences, [{ setting: "extras", want: [], have: ["no_ack", "republish"], fixable: false }]);
});

test("a bound is raised, but not lowered below what the log holds", async (context) => {
  await apply(context);
  const js = jetstream(context.nc);
  for (let i = 0; i < 10; i++) await js.publish("hd.req.alice.prod.web1", "x".repeat(10_000));
  const bounded = (maxBytes: number) => ({ ...wanted, stream: auditStream({ replicas: 1, maxBytes }) });
  assert.is((await apply(context, bounded(2_000_000), true))[0]?.outcome, "updated");
  assert.is((await apply(context, bounded(50_000), true))[0]?.outcome, "differs");
  const { streams } = await jetstreamManager(context.nc);
  const { config, state } = await streams.info("HD_AUDIT");
  assert.equal([config.max_bytes, state.messages], [2_000_000, 10]);
});

test("a log of before gets the bucket of presences, and one that was changed is mended", async (context) => {
  await apply(context);
  const { streams } = await jetstreamManager(context.nc);
  await streams.delete("KV_HD_HOSTS");
  assert.is(outcomes(await apply(context)).at(-1), "stream KV_HD_HOSTS created");
  await streams.update("KV_HD_HOSTS", { max_msgs_per_subject: 10, max_bytes: 1_000_000, allow_direct: false });
  assert.equal(drifts(await apply(context)), ["maxBytes", "maxRecordsPerSubject", "allowDirect"]);
  assert.is(outcomes(await apply(context, wanted, true)).at(-1), "stream KV_HD_HOSTS updated");
  await streams.update("KV_HD_HOSTS", { allow_rollup_hdrs: true });
  assert.equal((await apply(context, wanted, true)).at(-1)?.differences, [
    { setting: "extras", want: [], have: ["allow_rollup_hdrs"], fixable: false },
  ]);
});

test("what the server cannot do is a failure that says so", async (context) => {
  const three = { ...wanted, stream: auditStream({ replicas: 3, maxBytes: 1_000_000 }) };
  const { code, message } = failureOf(await applyStreams(context.port, three, { update: false })());
  assert.is(code, "unaudited");
  assert.match(message, /replicas/);
});

test.run();
