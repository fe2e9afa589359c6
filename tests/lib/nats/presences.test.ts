/**
 * The bucket of presences on a real server: what a host can do to others with its own value, many hosts at once, a link that
 * was lost, and a log that was made before there was a bucket.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { presenceSubject } from "../../../lib/contract/log-names.ts";
import type { Identity } from "../../../lib/contract/permissions.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { addressesOf } from "../../../lib/contract/template.ts";
import { presenceSettings } from "../../../streams/presences.ts";
import { eventually } from "../../support/collector.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { hostName, requester, role, tier } from "../../support/fixtures.ts";
import { owner, type ServedWorld, startWorld } from "../../support/nats-world.ts";

const carol = requester("carol");
const hosts: readonly HostIdentity[] = ["web1", "web2"].map((name) => ({
  ...{ hostname: hostName(name), tier: tier("prod"), roles: [role("web")] },
}));
const identities: readonly Identity[] = [
  ...hosts.map((host): Identity => ({ kind: "host", hostname: host.hostname, addresses: addressesOf(host) })),
  { kind: "auditor", requester: carol },
];

interface Context {
  world: ServedWorld;
}

const test = suite<Context>("lib/nats/presences");
test.before.each(async (context) => {
  context.world = await startWorld(identities);
});
test.after.each(async ({ world }) => {
  await world.close();
  await world.server.stop();
});

const listenerOf = async ({ world }: Context, name: string) => {
  const host = hosts.find(({ hostname }) => hostname === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return world.listener(host, addressesOf(host));
};

const read = async ({ world }: Context, ...names: readonly string[]) =>
  rightOf(await (await world.bus(carol)).presences.of(names.map(hostName))());

const put = (nc: NatsConnection, name: string, fields: Readonly<Record<string, string>> = {}) => {
  const made = headers();
  for (const [key, value] of Object.entries(fields)) made.set(key, value);
  return nc.request(presenceSubject(hostName(name)), "mine", { headers: made, timeout: 5_000 });
};

test("no header of one host's value touches another's", async (context) => {
  await context.world.apply();
  const victim = await listenerOf(context, "web1");
  rightOf(await victim.announcing.put("theirs")());
  const raw = await context.world.raw("web2");
  const attacks = [
    { "Nats-Rollup": "all" },
    { "Nats-Rollup": "sub" },
    { "KV-Operation": "PURGE", "Nats-Rollup": "all" },
    { "KV-Operation": "DEL" },
    { "Nats-TTL": "1s" },
    { "Nats-Expected-Last-Subject-Sequence": "0", "Nats-Expected-Last-Subject-Sequence-Subject": "$KV.HD_HOSTS.web1" },
    { "Nats-Schedule": "@every 1s", "Nats-Schedule-Target": "$KV.HD_HOSTS.web1" },
    { "Nats-Incr": "1" },
  ];
  for (const fields of attacks) await put(raw, "web2", fields);
  const found = await read(context, "web1", "web2");
  assert.is(found?.find(({ subject }) => subject.endsWith("web1"))?.body, "theirs");
  const error = await put(raw, "web1").catch((thrown: unknown) => thrown);
  assert.match(String(error), /permissions violation/i);
});

test("with rollups one header would erase them all, which is why the bucket has none", async (context) => {
  await context.world.apply();
  rightOf(await (await listenerOf(context, "web1")).announcing.put("theirs")());
  const { streams } = await jetstreamManager(await context.world.raw(owner));
  await streams.update("KV_HD_HOSTS", { allow_rollup_hdrs: true });
  await put(await context.world.raw("web2"), "web2", { "Nats-Rollup": "all" });
  assert.equal(
    (await read(context, "web1", "web2"))?.map(({ subject }) => subject),
    ["$KV.HD_HOSTS.web2"],
  );
});

test("a message id that another has used up keeps nothing out", async (context) => {
  await context.world.apply();
  const raw = await context.world.raw("web2");
  const victim = await listenerOf(context, "web1");
  const { streams } = await jetstreamManager(await context.world.raw(owner));
  for (const value of ["one", "two"]) {
    rightOf(await victim.announcing.put(value)());
    const kept = await streams.getMessage("KV_HD_HOSTS", { last_by_subj: "$KV.HD_HOSTS.web1" });
    assert.is(kept?.header?.get("Nats-Msg-Id") || undefined, undefined);
    await put(raw, "web2", { "Nats-Msg-Id": value });
  }
  assert.is((await read(context, "web1"))?.[0]?.body, "two");
});

test("what is too large is refused, and what was there stays", async (context) => {
  await context.world.apply();
  const { announcing } = await listenerOf(context, "web1");
  rightOf(await announcing.put("whole")());
  const { code, message } = failureOf(await announcing.put("x".repeat(40_000))());
  assert.is(code, "unaudited");
  assert.match(message, "The bucket HD_HOSTS did not take");
  assert.is((await read(context, "web1"))?.[0]?.body, "whole");
});

test("of a thousand hosts each is read, in a moment, also beside empty values", async (context) => {
  await context.world.apply();
  const raw = await context.world.raw(owner);
  const names = Array.from({ length: 1_200 }, (_, n) => `h${n}`);
  await Promise.all(names.map((name, n) => raw.request(`$KV.HD_HOSTS.${name}`, n % 100 === 7 ? "" : name)));
  const { presences } = await context.world.bus(carol);
  const startMs = performance.now();
  const found = rightOf(await presences.of(names.map(hostName))()) ?? [];
  const tookMs = performance.now() - startMs;
  assert.equal(found.map(({ subject }) => subject.slice("$KV.HD_HOSTS.".length)).toSorted(), names.toSorted());
  assert.ok(tookMs < 3_000, `took ${tookMs} ms`);
});

test("any KV client reads a value by its key", async (context) => {
  await context.world.apply();
  rightOf(await (await listenerOf(context, "web1")).announcing.put("whole")());
  const raw = await context.world.raw(carol);
  const answer = await raw.request("hd.api.DIRECT.GET.KV_HD_HOSTS.$KV.HD_HOSTS.web1");
  assert.equal([answer.string(), answer.headers?.get("Nats-Subject")], ["whole", "$KV.HD_HOSTS.web1"]);
  const info = (await raw.request("hd.api.STREAM.INFO.KV_HD_HOSTS")).json<{
    config: { max_msgs_per_subject: number; allow_direct: boolean; subjects: string[] };
  }>();
  const { max_msgs_per_subject: history, allow_direct: direct, subjects } = info.config;
  assert.equal([history, direct, subjects], [1, true, ["$KV.HD_HOSTS.>"]]);
});

test("a log without the bucket: a host is told, whoever reads has nothing, and an apply makes it", async (context) => {
  await context.world.apply();
  const { streams } = await jetstreamManager(await context.world.raw(owner));
  await streams.delete("KV_HD_HOSTS");
  const { announcing } = await listenerOf(context, "web1");
  const { code, message } = failureOf(await announcing.put("lost")());
  assert.is(code, "unaudited");
  assert.match(message, /The bucket HD_HOSTS does not answer.*`hd streams apply`/);
  assert.is(await read(context, "web1"), undefined);
  assert.equal(
    (await context.world.apply()).map(({ name, outcome }) => `${name} ${outcome}`),
    ["HD_AUDIT matches", "KV_HD_HOSTS created"],
  );
  rightOf(await announcing.put("kept")());
  assert.is((await read(context, "web1"))?.[0]?.body, "kept");
});

test("where the link is down nothing is tried, and its return is told", async (context) => {
  await context.world.apply();
  const { announcing } = await listenerOf(context, "web1");
  let returns = 0;
  announcing.onReturn(() => {
    returns += 1;
  });
  await context.world.server.kill();
  await context.world.said.heard("The connection to NATS was lost");
  assert.is(failureOf(await announcing.put("lost")()).code, "unreachable");
  const server = rightOf(await context.world.server.restart());
  context.world = { ...context.world, server };
  await eventually("the return is told", async () => returns > 0 || undefined, 20_000);
  rightOf(await announcing.put("kept")());
  assert.is((await read(context, "web1"))?.[0]?.body, "kept");
});

test("a bucket that somebody made otherwise is told, and mended as far as an edit can", async (context) => {
  const { streams } = await jetstreamManager(await context.world.raw(owner));
  const { name, subjects } = presenceSettings({ replicas: 1 });
  await streams.add({ name, subjects: [...subjects], max_msgs_per_subject: 5, allow_rollup_hdrs: true });
  const bucket = (await context.world.apply()).at(-1);
  assert.is(bucket?.outcome, "differs");
  const drifts = new Map(bucket?.differences.map(({ setting, fixable }) => [setting, fixable]));
  assert.equal([drifts.get("maxRecordsPerSubject"), drifts.get("extras")], [true, false]);
});

test.run();
