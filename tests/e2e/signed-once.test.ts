/**
 * A signed request is decided once. Whoever may make consumers can have the log hand it over again, to a host that refused it
 * or that has long forgotten it; whoever owns the server can ask a client to sign anything when it logs in. Nothing is run.
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressesOf } from "../../lib/contract/template.ts";
import { toConsumerConfig } from "../../lib/nats/consumer-settings.ts";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import { rightOf } from "../support/either.ts";
import { startFleet } from "../support/fleet.ts";
import { tempDir } from "../support/temp-dir.ts";
import { gateAt } from "./support/gate.ts";

const test = suite("e2e: signed once");
const fleet = await startFleet(test);
const { publicKey } = rightOf(await seedFile(fleet.world.keys.get("alice") ?? "")());
const trusted = join(tempDir("signed-once"), "trusted-keys.json");
const keys = [{ name: "alice", keys: [publicKey], tiers: ["prod"], actions: ["switch"] }];
writeFileSync(trusted, JSON.stringify({ tiers: { prod: "require" }, keys }), { mode: 0o600 });

const listen = () => fleet.start("web1", { HOMELAB_DEPLOY_TRUSTED_KEYS: trusted }).listening();
await listen();

/** As a provisioner can: from this sequence on, as if for the first time. */
const handOverAgain = async (seq: number): Promise<void> => {
  const web1 = fleet.hosts.find(({ hostname }) => hostname === "web1");
  assert.ok(web1);
  const place = toConsumerConfig(hostConsumer(web1.hostname, addressesOf(web1)));
  const nc = await fleet.world.raw("provisioner");
  const { consumers } = await jetstreamManager(nc, { checkAPI: false });
  await consumers.delete("HD_AUDIT", "host_web1");
  await consumers.add("HD_AUDIT", { ...place, deliver_policy: "by_start_sequence", opt_start_seq: seq });
  await nc.close();
};

const requests = async () => rightOf(await fleet.log.range(1, "hd.req.>", 100)());

/** A request of alice that comes after all others, and its end: what came before it has had its turn. */
const settled = async (): Promise<void> => {
  const { code, err } = await fleet.hd("deploy", "prod/web1", "-r", "v1");
  assert.is(code, 0, err);
};

test("a request that was refused is not run when it is handed over again, by this listener or the next", async () => {
  const gate = await gateAt(fleet.root("web1"));
  const first = fleet.spawn(["deploy", "prod/web1", "-r", "v1"]);
  await fleet.response(1, ({ event }) => event.phase === "activate");
  assert.is((await fleet.hd("deploy", "prod/web1", "-r", "main")).code, 1);
  await gate.open();
  await first.exited;
  await gate.remove();
  const { seq = 0 } = (await requests()).at(-1) ?? {};
  const runs = fleet.runs("web1").length;
  for (const restart of [false, true]) {
    if (restart) await fleet.killListeners();
    if (restart) await listen();
    await handOverAgain(seq);
    await settled();
  }
  assert.is(fleet.runs("web1").length, runs + 2, "more was run than what alice asked for");
  const ends = rightOf(await fleet.log.range(seq, "hd.res.prod.web1.completed", 100)()).map(({ body }) =>
    JSON.parse(body),
  );
  assert.equal(
    ends.filter((end) => end.request_seq === seq),
    [],
  );
});

test("a request that was run is not run again when the host has put its journal away for good", async () => {
  const [{ seq = 0, msgId = "" } = {}] = await requests();
  const done = join(fleet.root("web1"), "done");
  for (const file of readdirSync(done)) if (file.startsWith(msgId)) rmSync(join(done, file));
  await fleet.killListeners();
  await listen();
  const runs = fleet.runs("web1").length;
  await handOverAgain(seq);
  await settled();
  assert.is(fleet.runs("web1").length, runs + 1);
});

/** A server that wants this signed, and notes what a client gives it. */
const oracle = async (nonce: string) => {
  const given: string[] = [];
  const server = createServer((socket) => {
    socket.write(
      `INFO ${JSON.stringify({ version: "2.15.1", proto: 1, auth_required: true, nonce, headers: true })}\r\n`,
    );
    socket.on("data", (data) => {
      given.push(/"sig":"([^"]*)"/.exec(data.toString())?.[1] ?? "");
      socket.end("-ERR 'Authorization Violation'\r\n");
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const url = `nats://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return { url, given, close: () => new Promise((resolve) => server.close(resolve)) };
};

test("a login signs challenges only: no server gets a request signed by asking for it as one", async () => {
  const request = `hd-signature-1\nhd.req.alice.prod.web1\nevil\n${new Date().toISOString()}\n{"id":"evil","revision":"main"}`;
  for (const nonce of [request, `\u00ff${request}`, "\ufffdhd-signature-1\n", " ", "a".repeat(129)]) {
    const { url, given, close } = await oracle(nonce);
    const asked = fleet.spawn(["whoami"], { HOMELAB_DEPLOY_NATS_URL: url });
    assert.is((await asked.exited).code, 4);
    assert.ok(given.length > 0 && given.every((signature) => signature === ""), nonce);
    await close();
  }
  const { url, given, close } = await oracle("AbCdEf0123_-xyz");
  await fleet.spawn(["whoami"], { HOMELAB_DEPLOY_NATS_URL: url }).exited;
  assert.ok(given.some((signature) => signature.length === 86));
  await close();
});

test.run();
