/**
 * Every act that is tried. Who is added to `by` is given a right, so a line here is read as carefully as one of the
 * permissions themselves. What works for nobody is here because somebody must not be able to do it.
 */
import { headers } from "nats";
import { vaultKeeper } from "../../lib/contract/fleet.ts";
import { toConsumerConfig } from "../../lib/nats/consumer-settings.ts";
import { linkOf } from "../../lib/nats/link.ts";
import { provisionerOf } from "../../lib/nats/provisioner.ts";
import { toStreamConfig } from "../../lib/nats/stream-settings.ts";
import type { ConsumerSettings, Provisioner } from "../../lib/router/provisioner.ts";
import { alertConsumers, alertSettings } from "../../streams/alerts/settings.ts";
import { auditStream } from "../../streams/audit.ts";
import { presenceSettings } from "../../streams/presences.ts";
import { vaultSettings } from "../../streams/vault.ts";
import { eventually } from "../support/collector.ts";
import { sinkName } from "../support/fixtures.ts";
import { type Act, act, asks, listens, records, tells } from "./act.ts";
import type { Client, Outcome } from "./client.ts";
import { names } from "./fleet.ts";
import { consumers, type Stage } from "./world.ts";

const hosts = ["web1", "web2", "lab1"];
const requesters = ["alice", "bob", "dana", "unnamed", "root"];
const listeners = [...requesters, "carol"];
const readers = [...listeners, "pager"];
const [nobody, provisioner, keeper] = [[], ["provisioner"], [vaultKeeper]];

/** The two names of JetStream's API: for clients, and its own. */
const apis = ["hd.api", "$JS.API"] as const;

const under = (make: (api: (typeof apis)[number]) => readonly Act[]): readonly Act[] => apis.flatMap(make);

/** Of every length that an address may have. */
const targets = ["lab1", "role.dns", "a.b.c", "a.b.c.d", "a.b.c.d.e", "a.b.c.d.e.f"];

/** Whoever deploys may have it built beforehand, in whatever tier the hosts are. */
const builds: readonly Act[] = [
  ...requesters.flatMap((who) => [
    records("ask", `hd.req.${who}.build.flake.web1`, [who]),
    records("ask", `hd.req.${who}.build.flake.all`, [who]),
    records("ask", `hd.req.${who}.build.flake`, nobody),
    records("ask", `hd.req.${who}.build.flake.web1.more`, nobody),
  ]),
  ...["carol", "pager", "forge", "provisioner", "vault", "web1"].map((who) =>
    records("ask", `hd.req.${who}.build.flake.web1`, nobody),
  ),
  asks("ask", "build.flake.web1", ["unnamed"], { body: "{}", stores: "hd.req.unnamed.build.flake.web1" }),
  asks("ask", "build.flake.web1.more", nobody, { body: "{}" }),
];

const asking: readonly Act[] = [
  ...["alice", "root"].flatMap((who) => [
    records("ask", `hd.req.${who}.prod.web1`, [who]),
    records("ask", `hd.req.${who}.test.lab1`, [who]),
  ]),
  ...["bob", "dana", "unnamed"].flatMap((who) => [
    records("ask", `hd.req.${who}.prod.web1`, nobody),
    records("ask", `hd.req.${who}.test.lab1`, [who]),
  ]),
  records("ask", "hd.req.alice.prod.all", ["alice"]),
  records("ask", "hd.req.alice.prod.role.web", ["alice"]),
  ...["cancel", "freeze", "unfreeze"].flatMap((verb) => [
    records("ask", `hd.req.alice.prod.web1.${verb}`, ["alice"]),
    records("ask", `hd.req.alice.prod.all.${verb}`, ["alice"]),
    records("ask", `hd.req.bob.prod.role.web.${verb}`, nobody),
    records("ask", `hd.req.bob.test.role.dns.${verb}`, ["bob"]),
    asks("ask", `deploy.test.lab1.${verb}`, ["unnamed"], { body: "{}", stores: `hd.req.unnamed.test.lab1.${verb}` }),
    asks("ask", `deploy.prod.web1.${verb}`, nobody, { body: "{}" }),
  ]),
  ...["alice", "bob", "unnamed"].flatMap((who) =>
    targets.map((target) => records("ask", `hd.req.${who}.test.${target}.override`, nobody)),
  ),
  ...["dana", "root"].flatMap((who) =>
    targets.map((target) => records("ask", `hd.req.${who}.test.${target}.override`, [who])),
  ),
  records("ask", "hd.req.dana.prod.web1.override", nobody),
  records("ask", "hd.req.root.prod.role.web.override", ["root"]),
  asks("ask", "deploy.test.lab1.override", nobody, { body: "{}" }),
  records("ask", "hd.req.bob.prod.all", nobody),
  records("ask", "hd.req.bob.test.all", ["bob"]),
  ...["carol", "pager", "forge", "provisioner", "vault", "web1", "stranger"].map((who) =>
    records("ask", `hd.req.${who}.prod.web1`, nobody),
  ),
  ...builds,
  records("ask", "hd.req.alice.other.web1", nobody),
  records("ask", "hd.req.alice", nobody),
  asks("ask", "deploy.test.lab1", ["unnamed"], { body: "{}", stores: "hd.req.unnamed.test.lab1" }),
  asks("ask", "deploy.prod.web1", nobody, { body: "{}" }),
  asks("ask", "deploy.prod.all", nobody, { body: "{}" }),
  asks("ask", "deploy.prod.role.web", nobody, { body: "{}" }),
];

/** Everybody who has a name may, wherever it is: it asks a person and no host. */
const wishing: readonly Act[] = [
  ...["alice", "bob", "dana", "root"].flatMap((who) => [
    records("ask", `hd.ask.${who}.prod.web1`, [who]),
    records("ask", `hd.ask.${who}.test.role.dns`, [who]),
  ]),
  ...["unnamed", "carol", "pager", "forge", "provisioner", "vault", "web1"].map((who) =>
    records("ask", `hd.ask.${who}.prod.web1`, nobody),
  ),
  records("ask", "hd.ask.alice", nobody),
  listens("live", "hd.ask.>", nobody),
  listens("live", "hd.ask.alice.prod.web1", nobody),
];

const tierOf = (host: string): string => (host === "lab1" ? "test" : "prod");

const answering: readonly Act[] = [
  ...hosts.flatMap((host) => [
    ...["accepted", "completed"].map((status) => records("answer", `hd.res.${tierOf(host)}.${host}.${status}`, [host])),
    records("answer", `hd.res.${tierOf(host) === "prod" ? "test" : "prod"}.${host}.completed`, nobody),
  ]),
  records("answer", "hd.res.prod.web1.completed.twice", nobody),
  records("answer", "hd.res.prod.web3.completed", nobody),
  ...["accepted", "completed"].map((status) => records("answer", `hd.res.build.forge.${status}`, ["forge"])),
  records("answer", "hd.res.build.forge.completed.twice", nobody),
  records("answer", "hd.res.build.other.completed", nobody),
  records("answer", "hd.res.build.web1.completed", nobody),
  records("answer", "hd.res.prod.forge.completed", nobody),
];

const live: readonly Act[] = [
  tells("live", "deploy.discover", requesters),
  tells("live", "deploy.responses.one", [...hosts, "forge"]),
  tells("live", "deploy.responses.one.web1", nobody),
  tells("live", "_INBOX_alice.forged", nobody),
  tells("live", "_INBOX_web1.forged", nobody),
  tells("live", "_INBOX.forged", nobody),
  tells("live", "hd.anything", nobody),
  listens("live", "deploy.discover", hosts),
  listens("live", "deploy.responses.one", requesters),
  // The server takes `>` for one token here; nobody may publish deeper.
  listens("live", "deploy.responses.>", requesters),
  listens("live", "hd.res.>", listeners),
  listens("live", "hd.res.prod.web1.*", listeners),
  listens("live", "hd.res.>", listeners, "together"),
  listens("live", "hd.req.>", nobody),
  listens("live", "hd.req.*.prod.web1", nobody),
  listens("live", "hd.req.alice.prod.web1", nobody),
  listens("live", "hd.alert.>", nobody),
  listens("live", "deploy.prod.web1", nobody),
  listens("live", "deploy.prod.>", nobody),
  listens("live", "_INBOX_alice.>", ["alice"]),
  listens("live", "_INBOX_web1.>", ["web1"]),
  listens("live", "_INBOX.>", ["unnamed"]),
  ...[">", "*.>", "hd.>", "hd.api.>", "$JS.>", "$JS.API.>", "$JS.ACK.>", "$JS.EVENT.ADVISORY.>", "$SYS.>"].map(
    (subject) => listens("live", subject, nobody),
  ),
];

/** The first of each is asked under both names, because a provisioner shares an account with the streams. */
const reading: readonly Act[] = [
  asks("read the log", "hd.api.STREAM.INFO.HD_AUDIT", [...readers, ...provisioner]),
  asks("read the log", "$JS.API.STREAM.INFO.HD_AUDIT", provisioner),
  asks("read the log", "hd.api.CONSUMER.LIST.HD_AUDIT", [...readers, ...provisioner]),
  asks("read the log", "$JS.API.CONSUMER.LIST.HD_AUDIT", provisioner),
  ...under((api) => {
    const only = (by: readonly string[]) => (api === "hd.api" ? by : nobody);
    const direct = `${api}.DIRECT.GET.HD_AUDIT`;
    return [
      act("read the log", `${direct} by sequence`, only(readers), (client) => client.request(direct, { seq: 1 })),
      act("read the log", `${direct} by subject`, only(readers), (client) =>
        client.request(direct, { seq: 1, next_by_subj: "hd.req.>" }),
      ),
      act("read the log", `${direct} many at once`, only(readers), (client) =>
        client.request(direct, { seq: 1, batch: 3 }),
      ),
      asks("read the log", `${direct}.hd.req.alice.prod.web1`, only(readers)),
      asks("read the log", `${direct}.hd.res.prod.web1.completed`, only([...readers, "web1"])),
      asks("read the log", `${direct}.hd.res.prod.web2.completed`, only([...readers, "web2"])),
      asks("read the log", `${direct}.hd.res.test.lab1.completed`, only([...readers, "lab1"])),
      asks("read the log", `${direct}.hd.res.build.forge.completed`, only([...readers, "forge"])),
      asks("read the log", `${direct}.hd.res.build.other.completed`, only(readers)),
      asks("read the log", `${api}.STREAM.MSG.GET.HD_AUDIT`, nobody, { body: { seq: 1 } }),
    ];
  }),
];

/** What each consumer is handed, so that there is something to take. */
const handed: Readonly<Record<string, string>> = {
  host_web1: "hd.req.alice.prod.web1",
  host_web2: "hd.req.alice.prod.web2",
  host_lab1: "hd.req.alice.test.lab1",
  alerter: "hd.res.prod.web1.failed",
  builder: "hd.req.alice.build.flake.web1",
  sink_once: "hd.alert.fired.failed.r1",
};

const takers: readonly (readonly [durable: string, by: string])[] = [
  ...hosts.map((host) => [`host_${host}`, host] as const),
  ["alerter", "pager"],
  ["builder", "forge"],
];

/** Hands a record to the consumer's own, and lets somebody settle it. */
const acknowledges = async (
  client: Client,
  { manager, record }: Stage,
  { stream, durable }: { readonly stream: string; readonly durable: string },
): Promise<Outcome> => {
  await record(handed[durable] ?? "");
  const consumer = await manager.jetstream().consumers.get(stream, durable);
  const message = await consumer.next({ expires: 5_000 });
  if (message === null || !("reply" in message)) throw new Error(`${durable} was handed nothing`);
  const outcome = await client.request(String(message.reply), "+ACK");
  if (outcome !== "works") message.ack();
  return outcome;
};

const taking: readonly Act[] = takers.flatMap(([durable, by]) => [
  ...under((api) => {
    const only = api === "hd.api" ? [by] : nobody;
    const editor = provisioner;
    return [
      asks("take work", `${api}.CONSUMER.INFO.HD_AUDIT.${durable}`, [...only, ...editor]),
      act("take work", `${api}.CONSUMER.MSG.NEXT.HD_AUDIT.${durable}`, only, async (client, { record }) => {
        await record(handed[durable] ?? "");
        return client.pull(`${api}.CONSUMER.MSG.NEXT.HD_AUDIT.${durable}`);
      }),
    ];
  }),
  act("take work", `settle what ${durable} was handed`, [by], (client, stage) =>
    acknowledges(client, stage, { stream: "HD_AUDIT", durable }),
  ),
]);

/** What hd itself does as a provisioner, so that each right it needs is needed here. */
const provisions =
  (use: (port: Provisioner) => ReturnType<Provisioner["createStream"]>) =>
  async (client: Client): Promise<Outcome> => {
    const done = await use(provisionerOf(linkOf(client.nc, () => undefined)))();
    if (done._tag === "Right") return "works";
    return done.left.code === "unauthorized" ? "denied" : "fails";
  };

const [first] = consumers as readonly [ConsumerSettings];
const audit = auditStream({ replicas: 1, maxBytes: 100_000_000 });
const push = { stream_name: "HD_AUDIT", config: { deliver_subject: "deploy.prod.web1", ack_policy: "none" } };
const spy = { ...push, config: { ...push.config, durable_name: "spy" } };
const forging = { stream_name: "HD_AUDIT", config: { ...spy.config, deliver_subject: "hd.req.alice.prod.web1" } };
const pull = { stream_name: "HD_AUDIT", config: { ack_policy: "explicit", deliver_policy: "all" } };
const place = { stream_name: "HD_AUDIT", config: toConsumerConfig(first) };

const consuming: readonly Act[] = [
  act(
    "consumers",
    "make a host's place as hd does",
    provisioner,
    provisions((port) => port.createConsumer("HD_AUDIT", first)),
  ),
  act(
    "consumers",
    "edit a host's place as hd does",
    provisioner,
    provisions((port) => port.updateConsumer("HD_AUDIT", first)),
  ),
  ...under((api) => [
    asks("consumers", `${api}.CONSUMER.DURABLE.CREATE.HD_AUDIT.host_web1`, provisioner, { body: place }),
    act(
      "consumers",
      `push the log to deploy.prod.web1 by ${api}.CONSUMER.DURABLE.CREATE.HD_AUDIT.spy`,
      nobody,
      (client) => client.request(`${api}.CONSUMER.DURABLE.CREATE.HD_AUDIT.spy`, spy),
      { spared: provisioner },
    ),
    act(
      "consumers",
      `push the log to hd.req.alice.prod.web1 by ${api}.CONSUMER.DURABLE.CREATE.HD_AUDIT.spy`,
      nobody,
      (client) => client.request(`${api}.CONSUMER.DURABLE.CREATE.HD_AUDIT.spy`, forging),
      { vain: provisioner },
    ),
    asks("consumers", `${api}.CONSUMER.CREATE.HD_AUDIT`, nobody, { body: push }),
    asks("consumers", `${api}.CONSUMER.CREATE.HD_AUDIT.spy`, nobody, { body: spy }),
    asks("consumers", `${api}.CONSUMER.CREATE.HD_AUDIT.spy.hd.req.>`, nobody, { body: pull }),
    act("consumers", `${api}.CONSUMER.DELETE.HD_AUDIT.host_gone`, provisioner, async (client, { manager }) => {
      await manager.consumers.add("HD_AUDIT", { durable_name: "host_gone", ack_policy: "explicit" });
      const outcome = await client.request(`${api}.CONSUMER.DELETE.HD_AUDIT.host_gone`);
      if (outcome !== "works") await manager.consumers.delete("HD_AUDIT", "host_gone");
      return outcome;
    }),
    asks("consumers", `${api}.CONSUMER.NAMES.HD_AUDIT`, nobody),
    asks("consumers", `${api}.CONSUMER.PAUSE.HD_AUDIT.host_web1`, nobody, {
      body: { pause_until: "2100-01-01T00:00:00Z" },
    }),
    asks("consumers", `${api}.CONSUMER.RESET.HD_AUDIT.host_web1`, nobody),
    asks("consumers", `${api}.CONSUMER.UNPIN.HD_AUDIT.host_web1`, nobody),
    asks("consumers", `${api}.CONSUMER.LEADER.STEPDOWN.HD_AUDIT.host_web1`, nobody),
  ]),
];

const whole = toStreamConfig(audit);
const shrunk = { ...whole, max_msgs: 1, discard: "old" };
const renaming = { ...whole, subject_transform: { src: "hd.req.bob.test.lab1", dest: "hd.req.alice.prod.web1" } };
const copying = {
  name: "COPY",
  sources: [{ name: "HD_AUDIT" }],
  republish: { src: ">", dest: "hd.req.alice.prod.web1" },
};

/** A place of a sink hands over one alert at a time, so that whoever leaves one unsettled would keep the next from the others. */
const once =
  (run: Act["run"]): Act["run"] =>
  async (client, stage) => {
    const { consumers: places } = stage.manager;
    await places.add("HD_ALERTS", {
      durable_name: "sink_once",
      ack_policy: "explicit",
      filter_subject: "hd.alert.fired.>",
    });
    return run(client, stage).finally(() => places.delete("HD_ALERTS", "sink_once"));
  };

const takingAlerts: readonly Act[] = [
  ...under((api) => [
    asks("take work", `${api}.CONSUMER.INFO.HD_ALERTS.sink_ops`, [
      ...(api === "hd.api" ? ["pager"] : []),
      ...provisioner,
    ]),
    act(
      "take work",
      `${api}.CONSUMER.MSG.NEXT.HD_ALERTS.sink_once`,
      api === "hd.api" ? ["pager"] : nobody,
      once((client) => client.pull(`${api}.CONSUMER.MSG.NEXT.HD_ALERTS.sink_once`)),
    ),
  ]),
  act(
    "take work",
    "settle what a sink was handed",
    ["pager"],
    once((client, stage) => acknowledges(client, stage, { stream: "HD_ALERTS", durable: "sink_once" })),
  ),
];

const answered = ["alice", "bob", "dana", "root"];

/** What people are told is written by the alerter alone; what they answer, in their own names. */
const alerting: readonly Act[] = [
  ...["fired.failed.r1", "sent.ops", "aside", "rules"].map((what) => records("alerts", `hd.alert.${what}`, ["pager"])),
  ...[
    "fired.failed",
    "fired.failed.r1.more",
    "sent",
    "sent.ops.more",
    "aside.more",
    "rules.more",
    "other",
    "silence",
    "ack",
  ].map((what) => records("alerts", `hd.alert.${what}`, nobody)),
  ...answered.flatMap((who) => ["silence", "ack"].map((what) => records("alerts", `hd.alert.${what}.${who}`, [who]))),
  ...["unnamed", "carol", "pager", "web1", "provisioner"].flatMap((who) =>
    ["silence", "ack"].map((what) => records("alerts", `hd.alert.${what}.${who}`, nobody)),
  ),
  records("alerts", "hd.alert.silence.alice.more", nobody),
  asks("alerts", "hd.alert", nobody),
  asks("alerts", "hd.api.STREAM.INFO.HD_ALERTS", [...readers, ...provisioner]),
  asks("alerts", "$JS.API.STREAM.INFO.HD_ALERTS", provisioner),
  ...under((api) => {
    const only = (by: readonly string[]) => (api === "hd.api" ? by : nobody);
    const direct = `${api}.DIRECT.GET.HD_ALERTS`;
    return [
      act("alerts", `${direct} by sequence`, only(readers), (client) => client.request(direct, { seq: 1 })),
      act("alerts", `${direct} many at once`, only(readers), (client) => client.request(direct, { seq: 1, batch: 3 })),
      asks("alerts", `${direct}.hd.alert.fired.failed.r1`, only(readers)),
      asks("alerts", `${api}.CONSUMER.LIST.HD_ALERTS`, provisioner),
    ];
  }),
];

const alerts = alertSettings({ replicas: 1 });
const [, sinkPlace] = alertConsumers([sinkName("ops")]) as readonly [ConsumerSettings, ConsumerSettings];
const telling = {
  ...toStreamConfig(alerts),
  sources: [{ name: "HD_AUDIT" }],
  republish: { src: ">", dest: "hd.req.alice.prod.web1" },
};

/** The stream of alerts is made and edited as the log is. */
const administeringAlerts: readonly Act[] = [
  ...["make", "edit"].flatMap((what) => [
    act(
      "the log itself",
      `${what} the stream of alerts as hd does`,
      provisioner,
      provisions((port) => (what === "make" ? port.createStream(alerts) : port.updateStream(alerts))),
    ),
    act(
      "consumers",
      `${what} a sink's place as hd does`,
      provisioner,
      provisions((port) =>
        what === "make" ? port.createConsumer("HD_ALERTS", sinkPlace) : port.updateConsumer("HD_ALERTS", sinkPlace),
      ),
    ),
  ]),
  ...under((api) => [
    act("consumers", `${api}.CONSUMER.DELETE.HD_ALERTS.sink_gone`, provisioner, async (client, { manager }) => {
      await manager.consumers.add("HD_ALERTS", { durable_name: "sink_gone", ack_policy: "explicit" });
      const outcome = await client.request(`${api}.CONSUMER.DELETE.HD_ALERTS.sink_gone`);
      if (outcome !== "works") await manager.consumers.delete("HD_ALERTS", "sink_gone");
      return outcome;
    }),
    asks("consumers", `${api}.CONSUMER.CREATE.HD_ALERTS`, nobody, { body: { ...pull, stream_name: "HD_ALERTS" } }),
    ...["PAUSE", "RESET", "UNPIN"].map((one) => asks("consumers", `${api}.CONSUMER.${one}.HD_ALERTS.sink_ops`, nobody)),
    act(
      "the log itself",
      `have what is in the log asked again in alice's name by ${api}.STREAM.UPDATE.HD_ALERTS`,
      nobody,
      (client) => client.request(`${api}.STREAM.UPDATE.HD_ALERTS`, telling),
      { spared: provisioner },
    ),
    ...["DELETE", "PURGE", "MSG.GET", "MSG.DELETE", "SNAPSHOT", "RESTORE"].map((one) =>
      asks("the log itself", `${api}.STREAM.${one}.HD_ALERTS`, nobody, { body: { seq: 1 } }),
    ),
  ]),
];

const administering: readonly Act[] = [
  act(
    "the log itself",
    "make the log as hd does",
    provisioner,
    provisions((port) => port.createStream(audit)),
  ),
  act(
    "the log itself",
    "edit the log as hd does",
    provisioner,
    provisions((port) => port.updateStream(audit)),
  ),
  ...under((api) => [
    act(
      "the log itself",
      `shrink the log to one record by ${api}.STREAM.UPDATE.HD_AUDIT`,
      nobody,
      (client) => client.request(`${api}.STREAM.UPDATE.HD_AUDIT`, shrunk),
      { spared: provisioner },
    ),
    act(
      "the log itself",
      `have bob's requests stored as alice's by ${api}.STREAM.UPDATE.HD_AUDIT`,
      nobody,
      (client) => client.request(`${api}.STREAM.UPDATE.HD_AUDIT`, renaming),
      { spared: provisioner },
    ),
    act(
      "the log itself",
      `make the log again, with one record, by ${api}.STREAM.CREATE.HD_AUDIT`,
      nobody,
      (client) => client.request(`${api}.STREAM.CREATE.HD_AUDIT`, shrunk),
      { vain: provisioner },
    ),
    asks("the log itself", `${api}.STREAM.CREATE.COPY`, nobody, { body: copying }),
    asks("the log itself", `${api}.STREAM.UPDATE.COPY`, nobody, { body: copying }),
    asks("the log itself", `${api}.STREAM.INFO.COPY`, nobody),
    asks("the log itself", `${api}.STREAM.DELETE.HD_AUDIT`, nobody),
    asks("the log itself", `${api}.STREAM.PURGE.HD_AUDIT`, nobody),
    asks("the log itself", `${api}.STREAM.MSG.DELETE.HD_AUDIT`, nobody, { body: { seq: 1 } }),
    asks("the log itself", `${api}.STREAM.SNAPSHOT.HD_AUDIT`, nobody, {
      body: { deliver_subject: "deploy.prod.web1" },
    }),
    asks("the log itself", `${api}.STREAM.RESTORE.HD_AUDIT`, nobody, { body: {} }),
    asks("the log itself", `${api}.STREAM.LEADER.STEPDOWN.HD_AUDIT`, nobody),
    asks("the log itself", `${api}.STREAM.PEER.REMOVE.HD_AUDIT`, nobody, { body: { peer: "one" } }),
    asks("the log itself", `${api}.STREAM.NAMES`, nobody),
    asks("the log itself", `${api}.STREAM.LIST`, nobody),
    asks("the log itself", `${api}.INFO`, nobody),
    asks("the log itself", `${api}.ACCOUNT.PURGE.STREAMS`, nobody),
    asks("the log itself", `${api}.META.LEADER.STEPDOWN`, nobody),
    asks("the log itself", `${api}.SERVER.REMOVE`, nobody, { body: { peer: "one" } }),
  ]),
];

const bucket = presenceSettings({ replicas: 1 });
const forgetful = { ...toStreamConfig(bucket), allow_rollup_hdrs: true };
const replaying = {
  ...toStreamConfig(bucket),
  sources: [{ name: "HD_AUDIT" }],
  republish: { src: ">", dest: "hd.req.alice.prod.web1" },
};

const rollup = (what: string) => {
  const made = headers();
  made.set("Nats-Rollup", what);
  return made;
};

/** The first of each is asked under both names, because a provisioner shares an account with the streams. */
const announcing: readonly Act[] = [
  ...hosts.flatMap((host) => [
    asks("presence", `$KV.HD_HOSTS.${host}`, [host], { body: "{}" }),
    asks("presence", `$KV.HD_HOSTS.${host}.more`, nobody, { body: "{}" }),
  ]),
  ...["all", "sub"].map((what) =>
    act(
      "presence",
      `erase what others announced by Nats-Rollup: ${what}`,
      nobody,
      (client) => client.request("$KV.HD_HOSTS.web1", "{}", { headers: rollup(what) }),
      { vain: ["web1"] },
    ),
  ),
  listens("presence", "$KV.>", nobody),
  listens("presence", "$KV.HD_HOSTS.web1", nobody),
  ...["make", "edit"].map((what) =>
    act(
      "presence",
      `${what} the bucket as hd does`,
      provisioner,
      provisions((port) => (what === "make" ? port.createStream(bucket) : port.updateStream(bucket))),
    ),
  ),
  asks("presence", "hd.api.STREAM.INFO.KV_HD_HOSTS", [...readers, ...provisioner]),
  asks("presence", "$JS.API.STREAM.INFO.KV_HD_HOSTS", provisioner),
  ...under((api) => {
    const only = (by: readonly string[]) => (api === "hd.api" ? by : nobody);
    return [
      act("presence", `${api}.DIRECT.GET.KV_HD_HOSTS many at once`, only(readers), (client) =>
        client.request(`${api}.DIRECT.GET.KV_HD_HOSTS`, { multi_last: ["$KV.HD_HOSTS.web1", "$KV.HD_HOSTS.web2"] }),
      ),
      asks("presence", `${api}.DIRECT.GET.KV_HD_HOSTS.$KV.HD_HOSTS.web1`, only(readers)),
      asks("presence", `${api}.STREAM.MSG.GET.KV_HD_HOSTS`, nobody, { body: { seq: 1 } }),
      ...["DELETE", "PURGE", "MSG.DELETE", "SNAPSHOT", "RESTORE"].map((one) =>
        asks("presence", `${api}.STREAM.${one}.KV_HD_HOSTS`, nobody, { body: { seq: 1 } }),
      ),
      asks("presence", `${api}.CONSUMER.CREATE.KV_HD_HOSTS`, nobody, { body: { ...pull, stream_name: "KV_HD_HOSTS" } }),
      act(
        "presence",
        `let a host erase what others announced by ${api}.STREAM.UPDATE.KV_HD_HOSTS`,
        nobody,
        (client) => client.request(`${api}.STREAM.UPDATE.KV_HD_HOSTS`, forgetful),
        { spared: provisioner },
      ),
      act(
        "presence",
        `have what is in the log asked again in alice's name by ${api}.STREAM.UPDATE.KV_HD_HOSTS`,
        nobody,
        (client) => client.request(`${api}.STREAM.UPDATE.KV_HD_HOSTS`, replaying),
        { spared: provisioner },
      ),
    ];
  }),
];

const vaulted = vaultSettings({ replicas: 1 });

const newest = { last_by_subj: "hd.res.prod.web1.started" };
const [manyRecords, large] = [200, JSON.stringify({ message: "x".repeat(15_000) })];

/** What is recorded comes to the vault without anyone doing anything, also when it is more than the server sends unasked. */
const followed = async (client: Client, { record }: Stage): Promise<Outcome> => {
  const outcome = await client.request("$JS.API.DIRECT.GET.HD_VAULT", newest);
  if (outcome === "denied") return outcome;
  await Promise.all(Array.from({ length: manyRecords }, () => record("hd.res.prod.web1.started", large)));
  const stamp = `{"n":${Math.random()}}`;
  await record("hd.res.prod.web1.started", stamp);
  const last = () => client.nc.request("$JS.API.DIRECT.GET.HD_VAULT", JSON.stringify(newest));
  try {
    return await eventually(
      "the vault follows",
      async () => ((await last()).string() === stamp ? "works" : undefined),
      4_000,
    );
  } catch {
    return "unanswered";
  }
};

const vault: readonly Act[] = [
  act(
    "the vault",
    "make the vault as hd does",
    keeper,
    provisions((port) => port.createStream(vaulted)),
  ),
  asks("the vault", "$JS.API.STREAM.INFO.HD_VAULT", keeper),
  act("the vault", "read in the vault what was just recorded", keeper, followed),
  ...["STREAM.UPDATE", "STREAM.DELETE", "STREAM.PURGE", "STREAM.MSG.DELETE", "STREAM.MSG.GET", "STREAM.SNAPSHOT"].map(
    (one) =>
      asks("the vault", `$JS.API.${one}.HD_VAULT`, nobody, { body: { ...toStreamConfig(vaulted), max_msgs: 1 } }),
  ),
  asks("the vault", "$JS.API.CONSUMER.CREATE.HD_VAULT", nobody, { body: pull }),
  asks("the vault", "$JS.API.STREAM.CREATE.OTHER", nobody, { body: { name: "OTHER" } }),
  asks("the vault", "hdapi.CONSUMER.CREATE.HD_AUDIT", nobody, { body: push }),
  asks("the vault", "hdapi.CONSUMER.CREATE.HD_AUDIT.spy", nobody, { body: spy }),
  tells("the vault", "hdvault.forged", nobody),
  listens("the vault", "hdvault.>", nobody),
];

const serving: readonly Act[] = [
  asks("the server", "$SYS.REQ.USER.INFO", names),
  ...["PING", "PING.VARZ", "PING.CONNZ", "PING.JSZ"].map((one) => asks("the server", `$SYS.REQ.SERVER.${one}`, nobody)),
  asks("the server", "$SYS.REQ.ACCOUNT.STREAMS.CONNZ", nobody),
  asks("the server", "$SYS.REQ.ACCOUNT.PING.CONNZ", nobody),
  asks("the server", "$SYS.REQ.CLAIMS.UPDATE", nobody),
  tells("the server", "$SYS.ACCOUNT.CLIENTS.CONNECT", nobody),
  tells("the server", "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.HD_AUDIT.host_web1", nobody),
  tells("the server", "$JS.FC.HD_AUDIT.forged", nobody),
];

export const acts: readonly Act[] = [
  ...[...asking, ...wishing, ...answering, ...live, ...reading, ...taking, ...takingAlerts],
  ...[...consuming, ...administering, ...announcing, ...alerting, ...administeringAlerts],
  ...[...vault, ...serving],
];
