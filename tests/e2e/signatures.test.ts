/**
 * Signed requests on a real fleet: what `hd` sends is served and shown as signed, and whoever has the account that owns the
 * streams, the most that NATS can give, makes no host do anything: not by a record of its own making, not by an altered one,
 * not by one that was stored before, before or after a restart, or in a log that was made anew.
 */
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers, nanos } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logStream } from "../../lib/contract/log-names.ts";
import { signatureHeader } from "../../lib/contract/signature.ts";
import { verifyRecord } from "../../lib/contract/verify-record.ts";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { signatureOf } from "../../lib/nats/signer.ts";
import { verifier } from "../../lib/nats/verify.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { rightOf } from "../support/either.ts";
import { enrolment, type HostOfFleet, startFleet } from "../support/fleet.ts";
import { allActions, newSigner, trustedBy } from "../support/signing.ts";
import { tempDir } from "../support/temp-dir.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: signatures");
const fleet = await startFleet(test);

const publicKeyOf = async (name: string): Promise<string> =>
  rightOf(await seedFile(fleet.world.keys.get(name) ?? "")()).publicKey;

const [aliceKey, secondKey] = [await publicKeyOf("alice"), newSigner()];
const trusting = (...keys: readonly string[]) => ({
  tiers: { prod: "require", test: "warn" },
  keys: [
    { name: "alice", keys, tiers: ["prod", "test"], actions: allActions },
    { name: "bob", keys: [bobKey], tiers: ["test"], actions: ["test"] },
    ...hostKeys,
  ],
});
const bobKey = await publicKeyOf("bob");
const hostKeys = await Promise.all(
  fleet.hosts.map(async ({ hostname }) => ({ name: hostname, keys: [await publicKeyOf(hostname)] })),
);

const trustedKeys = join(tempDir("e2e-signatures"), "trusted.json");
const trust = (...keys: readonly string[]): void =>
  writeFileSync(trustedKeys, JSON.stringify(trusting(...keys)), { mode: 0o600 });
trust(aliceKey);

const listen = async (...hosts: readonly HostOfFleet[]) => {
  const started = hosts.map((host) => fleet.start(host, { HOMELAB_DEPLOY_TRUSTED_KEYS: trustedKeys }));
  await Promise.all(started.map((listener) => listener.listening()));
};
await listen("web1", "web2", "lab1");

const records = async (filter: string): Promise<readonly Stored[]> =>
  rightOf(await fleet.log.range(1, filter, 10_000)());

/** The newest request of alice to a target, as it is stored. */
const newestRequest = async (filter: string): Promise<Stored> => {
  const found = (await records(filter)).at(-1);
  if (found === undefined) throw new Error(`nothing on ${filter}`);
  return found;
};

type Forged = Pick<Stored, "subject" | "body" | "msgId" | "signature">;

/** Puts any bytes on any subject, as the owner of the streams can; past the log's memory of ids, if it has to. */
const forge = async ({ subject, body, msgId, signature }: Forged): Promise<number> => {
  const js = jetstream(await fleet.client("owner"));
  const made = headers();
  if (signature !== undefined) made.set(signatureHeader, signature);
  for (;;) {
    const { seq, duplicate } = await js.publish(subject, body, {
      headers: made,
      ...(msgId === undefined ? {} : { msgID: msgId }),
    });
    if (!duplicate) return seq;
    await delay(20);
  }
};

const shortMemory = async (): Promise<void> => {
  const { streams } = await jetstreamManager(await fleet.client("owner"));
  await streams.update(logStream, { duplicate_window: nanos(100) });
};

const runs = (): number =>
  fleet.hosts.reduce((sum, { hostname }) => sum + fleet.runs(hostname as HostOfFleet).length, 0);

/** How a host refused it; nothing has run. */
const refusal = async (seq: number, host: HostOfFleet): Promise<string> => {
  const { status, event } = await fleet.ended(seq, host);
  assert.equal([status, event.error], ["rejected", "unauthorized"], event.message);
  return event.message;
};

const deploy = async (...words: readonly string[]): Promise<void> => {
  const { code, out, err } = await fleet.hd("deploy", ...words);
  assert.is(code, 0, `${out}${err}`);
};

const elsewhere = ["--if-current", `/nix/store/${"0".repeat(32)}-other`];

test("a signed request that a host refuses for another reason is refused for that one", async () => {
  const { code, out } = await fleet.hd("deploy", "prod/web1", "-r", "v1", ...elsewhere);
  assert.is(code, 1);
  assert.match(out, "not_current");
});

test("what hd sends is signed, and each host says so in every record, which it signs itself", async () => {
  await deploy("prod/all", "-r", "v1");
  const trusted = trustedBy(trusting(aliceKey));
  const all = await records("hd.>");
  assert.ok(all.length > 8);
  for (const record of all) rightOf(verifyRecord(record, trusted, verifier()));
  for (const { body } of await records("hd.res.>")) assert.is(JSON.parse(body).proof, "signed");
  await theLogIsTrue(fleet);
});

test("the history and one request tell people how it is known who asked", async () => {
  const { out } = await fleet.hd("history", "-n", "1");
  assert.match(out, /BY +PROOF[\s\S]*alice +signed/);
  const { deployments } = JSON.parse((await fleet.hd("history", "-n", "1", "-o", "json")).out);
  assert.is(deployments[0].proof, "signed");
  assert.match(
    (await fleet.hd("show", deployments[0].id)).out,
    /proof +signed: the host says that it verified the requester's/,
  );
});

test("the owner of the streams cannot make a request of its own", async () => {
  const before = runs();
  const unsigned = {
    subject: "hd.req.alice.prod.web1",
    body: '{"id":"forged-1","revision":"main"}',
    msgId: "forged-1",
  };
  assert.match(await refusal(await forge({ ...unsigned, signature: undefined }), "web1"), /it is not signed/);
  const own = { ...unsigned, body: unsigned.body.replace("-1", "-2"), msgId: "forged-2" };
  const signature = signatureOf(newSigner(), own, Date.now());
  assert.match(await refusal(await forge({ ...own, signature }), "web1"), /is not trusted here/);
  assert.match(await refusal(await fleet.ask("prod/web1", { revision: "main" }, "unnamed"), "web1"), /without a name/);
  assert.is(runs(), before);
  await theLogIsTrue(fleet);
});

test("nor alter one, nor send it elsewhere, nor refresh it", async () => {
  await deploy("prod/web1", "-r", "v1");
  const before = runs();
  const real = await newestRequest("hd.req.alice.prod.web1");
  const [kind, key, , value] = real.signature?.split(" ") ?? [];
  const altered: readonly (readonly [Partial<Forged>, HostOfFleet])[] = [
    [{ body: real.body.replace("v1", "main") }, "web1"],
    [{ body: `${real.body} ` }, "web1"],
    [{ msgId: `${real.msgId}x` }, "web1"],
    [{ signature: [kind, key, new Date().toISOString(), value].join(" ") }, "web1"],
    [{ subject: "hd.req.alice.prod.web2" }, "web2"],
    [{ subject: "hd.req.alice.prod.all" }, "web2"],
    [{ subject: "hd.req.bob.prod.web1" }, "web1"],
  ];
  await shortMemory();
  for (const [changes, host] of altered) {
    const seq = await forge({ ...real, ...changes });
    assert.match(
      await refusal(seq, host),
      /its signature is not good|its key is that of alice/,
      JSON.stringify(changes),
    );
    if (changes.subject?.endsWith("all") === true) await refusal(seq, "web1");
  }
  assert.is(runs(), before);
  await theLogIsTrue(fleet);
});

/** One that ran, and one that was refused: each as it is stored. */
const replayable = async (): Promise<readonly Stored[]> => {
  await deploy("prod/web1", "-r", "main");
  const ran = await newestRequest("hd.req.alice.prod.web1");
  const { code } = await fleet.hd("deploy", "prod/web1", "-r", "main", ...elsewhere);
  assert.is(code, 1);
  return [ran, await newestRequest("hd.req.alice.prod.web1")];
};

test("nor replay one: not while the listener runs, not after it was restarted", async () => {
  await shortMemory();
  const stored = await replayable();
  const before = runs();
  for (const one of stored) assert.match(await refusal(await forge(one), "web1"), /it is a replay/);
  await fleet.killListeners();
  const waiting = await Promise.all(stored.map(forge));
  await listen("web1", "web2", "lab1");
  for (const seq of waiting) assert.match(await refusal(seq, "web1"), /it is a replay/);
  for (const one of stored) assert.match(await refusal(await forge(one), "web1"), /it is a replay/);
  assert.is(runs(), before);
  await theLogIsTrue(fleet);
});

test("a key may do what the file says, and no more, whatever NATS allows", async () => {
  const before = runs();
  const as = async (words: readonly string[]) => {
    const { exited, out } = fleet.spawn(["deploy", ...words], fleet.env("bob"));
    return { ...(await exited), out: out() };
  };
  // The tier test only warns: what bob's key may not do is served and not called signed.
  assert.is((await as(["test/lab1", "-r", "v1", "--action", "test"])).code, 0);
  assert.is((await as(["test/lab1", "-r", "v1", "--action", "switch"])).code, 0);
  const proofs = (await records("hd.res.test.lab1.completed")).map(({ body }) => JSON.parse(body).proof);
  assert.equal(proofs.slice(-2), ["signed", "named"]);
  assert.is(runs(), before + 2);
});

test("a tier that only warns serves what is not signed, and says how little is known", async () => {
  for (const [name, proof] of [
    ["alice", "named"],
    ["unnamed", "unnamed"],
  ] as const) {
    const { status, event } = await fleet.ended(await fleet.ask("test/lab1", { revision: "v1" }, name), "lab1");
    assert.equal([status, event.proof], ["completed", proof]);
  }
  await theLogIsTrue(fleet);
});

test("a key is rotated without a restart: both serve, then the new one alone", async () => {
  const signed = async (id: string) => {
    const request = { subject: "hd.req.alice.prod.web2", msgId: id, body: JSON.stringify({ id, revision: "v1" }) };
    return forge({ ...request, signature: signatureOf(secondKey, request, Date.now()) });
  };
  assert.match(await refusal(await signed("rotated-0"), "web2"), /is not trusted here/);
  trust(aliceKey, secondKey.publicKey);
  assert.is((await fleet.ended(await signed("rotated-1"), "web2")).status, "completed");
  await deploy("prod/web2", "-r", "main");
  trust(secondKey.publicKey);
  assert.is((await fleet.ended(await signed("rotated-2"), "web2")).status, "completed");
  const { code, out } = await fleet.hd("deploy", "prod/web2", "-r", "v1");
  assert.is(code, 1);
  assert.match(out, /unauthorized[\s\S]*is not trusted here/);
  rmSync(trustedKeys);
  assert.match(await refusal(await signed("rotated-3"), "web2"), /cannot be read/);
  trust(aliceKey);
  await deploy("prod/web2", "-r", "v1");
  await theLogIsTrue(fleet);
});

test("a listener whose trusted keys others may write does not start", async () => {
  const open = join(tempDir("e2e-open"), "trusted.json");
  writeFileSync(open, "{}");
  chmodSync(open, 0o666);
  await fleet.killListeners();
  const listener = fleet.start("web1", { HOMELAB_DEPLOY_TRUSTED_KEYS: open });
  assert.is((await listener.exited).code, 4);
  assert.match(listener.err(), "can be changed by others");
});

test("a log that is made anew does not make a refused request new, not at its old place either", async () => {
  const [first] = await records("hd.req.>");
  assert.is(first?.seq, 1);
  await listen("web1");
  const before = runs();
  const { streams } = await jetstreamManager(await fleet.client("owner"));
  await streams.delete(logStream);
  await fleet.world.apply({ hosts: enrolment });
  const seq = await forge(first as Stored);
  assert.is(seq, 1);
  assert.match(await refusal(seq, "web1"), /it is a replay/);
  assert.is(runs(), before);
});

test.run();
