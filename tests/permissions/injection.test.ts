/**
 * Listeners at work, and everyone who could try to have them deploy what nobody asked for: by a reply subject that makes the
 * server publish in somebody else's place, by the server's own copies and headers, by a consumer that pushes. Nothing of it
 * is run, and the log holds only what each may put there. One way is left to the provisioner, and closed by signatures.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { headers, type MsgHdrs, type NatsConnection } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { eventually } from "../support/collector.ts";
import { rightOf } from "../support/either.ts";
import { requester, sinkName } from "../support/fixtures.ts";
import { enrolment, fleetIdentities, fleetOn } from "../support/fleet.ts";
import { startWorld } from "../support/nats-world.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("permissions/injection");

const pager = { kind: "alerter", requester: requester("pager") } as const;
const world = await startWorld([...fleetIdentities, pager], (config) => `http: "127.0.0.1:-1"\n${config}`);
await world.apply({ hosts: enrolment, sinks: [sinkName("ops")] });
const fleet = await fleetOn(test, { world, servers: [world.server.url] });
test.after(() => world.server.stop());

const request = { action: "switch", revision: "v1" };
const text = JSON.stringify(request);

/** Where a listener waits for what its consumer hands over. No attacker knows it; here all of them do. */
const inboxOf = async (host: string): Promise<string> =>
  eventually(`${host} waits for work`, async () => {
    const answer = await fetch(`${world.server.monitoringUrl}/connz?subs=1`);
    const { connections } = (await answer.json()) as { connections: { subscriptions_list?: string[] }[] };
    const all = connections.flatMap(({ subscriptions_list }) => subscriptions_list ?? []);
    return all.find((subject) => subject.startsWith(`_INBOX_${host}.`) && /\.\*$/.test(subject))?.replace(/\*$/, "1");
  });

const subjects = async (from: number): Promise<readonly string[]> =>
  rightOf(await fleet.log.range(from, "hd.>", 10_000)()).map(({ subject }) => subject);

/** A request that somebody may make, after everything else: what came before it has had its turn. */
const settled = async (): Promise<void> => {
  for (const host of ["prod/web1", "test/lab1"] as const) {
    const seq = await fleet.ask(host, { action: "dry-activate", revision: "main" });
    await fleet.ended(seq, host === "prod/web1" ? "web1" : "lab1");
  }
};

const runsOf = () => ["web1", "web2", "lab1"].flatMap((host) => fleet.runs(host as "web1"));

const ownRequests = ["hd.req.alice.prod.web1", "hd.req.alice.test.lab1"];

/** Nothing is run, and of requests the log gets those of `settled` once, and what the attacker may put there itself. */
const harmless = async (attack: () => Promise<void>, allowed: readonly string[] = []): Promise<void> => {
  const [before, end] = [new Set(runsOf().map(String)), rightOf(await fleet.log.end()())];
  await attack();
  await settled();
  const acted = runsOf().filter((run) => !before.has(String(run)) && run[1] !== "dry-activate");
  assert.equal(acted, [], "something was run");
  const asked = (await subjects(end + 1)).filter((subject) => subject.startsWith("hd.req."));
  assert.equal(asked.filter((subject) => !allowed.includes(subject)).toSorted(), ownRequests);
  for (const subject of allowed) assert.ok(asked.includes(subject), `the attacker could not even ask on ${subject}`);
};

/** Where the server is to publish for an attacker. */
const replies = async (): Promise<readonly string[]> => [
  "deploy.prod.web1",
  "hd.req.alice.prod.web1",
  await inboxOf("web1"),
  await inboxOf("web2"),
  "hd.res.prod.web1.completed",
  "hd.alert.fired.failed.r1",
  "hd.alert.silence.alice",
  "$JS.API.STREAM.DELETE.HD_AUDIT",
  "hd.api.STREAM.DELETE.HD_AUDIT",
  "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.host_web1",
  "$JS.ACK.HD_AUDIT.host_web1.1.1.1.1.0",
];

/** What of bob's came to where web1 waits: a listener that trusts what arrives there would have run it. */
const arrived: string[] = [];

let [seq, auditor, bob]: [number, NatsConnection, NatsConnection] = [0, undefined as never, undefined as never];

test.before(async () => {
  await fleet.listen("web1", "web2", "lab1");
  // A request of the past that a replay would run again: bob may deploy in the tier test.
  seq = await fleet.ask("test/lab1", request, "bob");
  await fleet.ended(seq, "lab1");
  const naive = await world.raw("web1");
  naive.subscribe("_INBOX_web1.>", {
    callback: (_error, { headers: found, subject }) => {
      if ((found?.last("Nats-Subject") || subject) === "hd.req.bob.test.lab1") arrived.push(subject);
    },
  });
  await naive.flush();
  [auditor, bob] = [await world.raw("auditor"), await world.raw("bob")];
});

test("an auditor reads the log with a reply subject of its choice", async () => {
  await harmless(async () => {
    for (const reply of await replies()) {
      auditor.publish("hd.api.DIRECT.GET.HD_AUDIT", JSON.stringify({ seq }), { reply });
      auditor.publish("hd.api.DIRECT.GET.HD_AUDIT.hd.req.bob.test.lab1", "", { reply });
      auditor.publish("hd.api.DIRECT.GET.HD_AUDIT", JSON.stringify({ seq, batch: 1 }), { reply });
    }
    await auditor.flush();
  });
  assert.ok(arrived.splice(0).length > 0, "nothing came through, so nothing was shown");
});

const alertsEnd = async (): Promise<number> => {
  const owner = await world.raw("owner");
  const { streams } = await jetstreamManager(owner, { checkAPI: false });
  const { state } = await streams.info("HD_ALERTS");
  await owner.close();
  return state.last_seq;
};

test("an auditor and an alerter have alerts sent to a reply subject of their choice", async () => {
  const alerter = await world.raw("pager");
  await alerter.request("hd.alert.fired.failed.r1", text);
  const end = await alertsEnd();
  await harmless(async () => {
    for (const reply of await replies()) {
      auditor.publish("hd.api.DIRECT.GET.HD_ALERTS", JSON.stringify({ seq: end }), { reply });
      auditor.publish("hd.api.DIRECT.GET.HD_ALERTS", JSON.stringify({ seq: end, batch: 1 }), { reply });
      alerter.publish("hd.api.CONSUMER.MSG.NEXT.HD_ALERTS.sink_ops", '{"batch":1,"no_wait":true}', { reply });
      alerter.publish("hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.alerter", '{"batch":1,"no_wait":true}', { reply });
    }
    await auditor.flush();
    await alerter.flush();
  });
  assert.is(await alertsEnd(), end, "somebody has written an alert, or an answer to one");
  arrived.splice(0);
  await alerter.close();
});

test("a host of the tier test pulls its own request to a reply subject of its choice", async () => {
  await harmless(async () => {
    const host = await world.raw("lab1");
    for (const reply of await replies()) {
      host.publish("hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.host_lab1", '{"batch":1,"expires":2000000000}', { reply });
    }
    await host.flush();
    // One for each pull that waits: each is handed to whatever reply subject, and later to the listener, as it should be.
    for (const _ of await replies()) await fleet.ask("test/lab1", { ...request, action: "dry-activate" }, "bob");
    await host.close();
  }, ["hd.req.bob.test.lab1"]);
  assert.ok(arrived.splice(0).length > 0, "nothing came through, so nothing was shown");
});

test("a host announces itself with a reply subject of its choice, and with headers that would erase or hide others", async () => {
  const bucket = "KV_HD_HOSTS";
  const owner = await world.raw("owner");
  const { streams } = await jetstreamManager(owner, { checkAPI: false });
  const host = await world.raw("lab1");
  await harmless(async () => {
    for (const reply of await replies()) host.publish("$KV.HD_HOSTS.lab1", text, { reply });
    await host.flush();
  });
  const held = () => streams.getMessage(bucket, { last_by_subj: "$KV.HD_HOSTS.web1" });
  const before = await eventually("web1 has announced itself", async () => (await held())?.seq);
  for (const fields of [{ "Nats-Rollup": "all" }, { "Nats-Rollup": "sub" }, { "KV-Operation": "PURGE" }]) {
    await host.request("$KV.HD_HOSTS.lab1", text, { headers: forged(fields), timeout: 5_000 });
  }
  assert.ok(((await held())?.seq ?? 0) >= before, "the value of web1 is gone");
  await host.close();
  await owner.close();
});

test("a requester gives a reply subject with a request that is its own", async () => {
  const all = await replies();
  await harmless(async () => {
    for (const reply of all) bob.publish("hd.req.bob.test.nobody", text, { reply });
    await bob.flush();
  }, ["hd.req.bob.test.nobody"]);
});

const forged = (fields: Readonly<Record<string, string>>): MsgHdrs => {
  const made = headers();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
};

test("a requester forges what the server says of a record", async () => {
  const copies = [
    { "Nats-Stream": "HD_AUDIT", "Nats-Subject": "hd.req.alice.prod.web1", "Nats-Sequence": "1" },
    { "Nats-Stream": "HD_AUDIT", "Nats-Msg-Id": "one" },
  ];
  const refused = [
    { "Nats-Msg-Id": "one", "Nats-Stream": "HD_AUDIT" },
    { "Nats-Expected-Stream": "OTHER" },
    { "Nats-Expected-Last-Sequence": "1" },
    { "Nats-Expected-Last-Msg-Id": "none" },
    { "Nats-Rollup": "all" },
    { "Nats-Rollup": "sub" },
  ];
  const host = "hd.req.bob.test.lab1";
  await harmless(async () => {
    for (const fields of [...copies, ...refused]) {
      await bob.request(host, text, { headers: forged(fields), timeout: 5_000 });
    }
  }, [host]);
});

test("a requester makes a request look like the end of a pull", async () => {
  await harmless(async () => {
    const status = headers(408, "Request Timeout");
    await bob.request("hd.req.bob.test.nobody", text, { headers: status, timeout: 5_000 });
  }, ["hd.req.bob.test.nobody"]);
});

test("a provisioner has the log pushed to a host's address and inbox", async () => {
  await harmless(async () => {
    const provisioner = await world.raw("provisioner");
    const { consumers } = await jetstreamManager(provisioner, { checkAPI: false });
    for (const [n, deliver_subject] of ["deploy.prod.web1", await inboxOf("web1")].entries()) {
      const config = { ack_policy: "none", deliver_policy: "all", deliver_subject, durable_name: `spy${n}` };
      await provisioner.request(
        `$JS.API.CONSUMER.DURABLE.CREATE.HD_AUDIT.spy${n}`,
        JSON.stringify({ stream_name: "HD_AUDIT", config }),
      );
      await consumers.delete("HD_AUDIT", `spy${n}`);
    }
    await provisioner.close();
  });
});

/**
 * NATS cannot tell this from an edit that hd makes: from now on bob's own requests are stored as alice's. Nothing but a
 * signature that covers the subject stands against it, so a listener that requires one has to reject what this stores.
 */
const storeRequestsInAnothersName = async (): Promise<void> => {
  const provisioner = await world.raw("provisioner");
  const { streams } = await jetstreamManager(provisioner, { checkAPI: false });
  const subject_transform = { src: "hd.req.bob.test.lab1", dest: "hd.req.alice.prod.web1" };
  await streams.update("HD_AUDIT", { subject_transform });
  await provisioner.close();
};

const publicKeyOf = async (name: string): Promise<string> =>
  rightOf(await seedFile(world.keys.get(name) ?? "")()).publicKey;

/** Alice in both tiers, bob in test. */
const trustedKeys = async (): Promise<string> => {
  const file = join(tempDir("injection"), "trusted-keys.json");
  const keys = await Promise.all(
    Object.entries({ alice: ["test", "prod"], bob: ["test"] }).map(async ([name, tiers]) => ({
      ...{ name, keys: [await publicKeyOf(name)], tiers, actions: ["switch"] },
    })),
  );
  writeFileSync(file, JSON.stringify({ tiers: { prod: "require" }, keys }), { mode: 0o600 });
  return file;
};

test("what NATS cannot deny, signatures do: a provisioner has another's requests stored in alice's name", async () => {
  await fleet.killListeners();
  // What the server still hands to a listener that was killed comes again half a minute later.
  await eventually("nobody waits for web1's work", async () =>
    rightOf(await fleet.roster.enrolled()()).every(({ present }) => !present) ? true : undefined,
  );
  await storeRequestsInAnothersName();
  await fleet.start("web1", { HOMELAB_DEPLOY_TRUSTED_KEYS: await trustedKeys() }).listening();
  const end = rightOf(await fleet.log.end()());
  const runs = fleet.runs("web1").length;
  await bob.request("hd.req.bob.test.lab1", text);
  const { log, close } = await world.bus("bob");
  const id = "01BYBOB";
  const body = JSON.stringify({ ...request, id });
  const { seq } = rightOf(await log.append({ subject: "hd.req.bob.test.lab1", body, msgId: id })());
  const { event } = await fleet.ended(seq, "web1");
  assert.equal([event.status, event.error], ["rejected", "unauthorized"]);
  assert.match(event.message, "its key is that of bob");
  const stored = await subjects(end + 1);
  assert.equal(
    stored.filter((subject) => subject.startsWith("hd.req.")),
    Array(2).fill("hd.req.alice.prod.web1"),
  );
  assert.equal(
    stored.filter((subject) => subject.startsWith("hd.res.")),
    Array(2).fill("hd.res.prod.web1.rejected"),
  );
  assert.is(fleet.runs("web1").length, runs);
  await close();
});

test.run();
