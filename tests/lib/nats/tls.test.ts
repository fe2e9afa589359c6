/** TLS against real servers with certificates of their own: what connects, and what each fault is told as. */
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ClientTls } from "../../../lib/contract/access.ts";
import { connect } from "../../../lib/nats/connect.ts";
import { connectInspection } from "../../../lib/nats/inspect.ts";
import { connectListener } from "../../../lib/nats/listener-bus.ts";
import { serverConf } from "../../../lib/server/conf.ts";
import { type RunningServer, startServer } from "../../../lib/server/start.ts";
import { enrolled, identity } from "../../cli/support/fleet.ts";
import { authority, type CertifiedFiles, written } from "../../support/certificates.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { keyIn, requester } from "../../support/fixtures.ts";
import { natsBinary, openConfig, temporaryFolder } from "../../support/nats.ts";
import { keysFor } from "../../support/nats-world.ts";
import { recorder } from "../../support/recorder.ts";

const test = suite("lib/nats/tls");

const dir = temporaryFolder();
const [ours, theirs] = [authority("our CA"), authority("their CA")];
const caFile = written(dir, "ca", ours).certFile;
const otherCa = written(dir, "other", theirs).certFile;
const hosts = ["127.0.0.1"];
const good = written(dir, "good", ours.issue({ name: "server", hosts }));
const client = written(dir, "client", ours.issue({ name: "alice" }));
const stranger = written(dir, "stranger", theirs.issue({ name: "alice" }));

const running: RunningServer[] = [];
test.after(async () => {
  await Promise.all(running.map((server) => server.stop()));
});

const tlsConf = ({ certFile, keyFile }: CertifiedFiles, verify = false): string =>
  serverConf({
    jetstream: { syncInterval: "2m" },
    users: [],
    tiers: [],
    tls: { certFile, keyFile, caFile: verify ? caFile : undefined, verify },
  });

const serve = async (config: string): Promise<string> => {
  const server = rightOf(
    await startServer({ binary: await natsBinary(), config, dir: mkdtempSync(join(dir, "server-")) }),
  );
  running.push(server);
  return server.url;
};

const dial = (url: string, tls?: ClientTls) => connect({ servers: [url], tls, name: "test", patient: false })();

const connects = async (url: string, tls?: ClientTls): Promise<void> => {
  const nc = rightOf(await dial(url, tls));
  await nc.flush();
  await nc.close();
};

const told = async (url: string, tls: ClientTls | undefined, expected: string | RegExp, code = "unreachable") => {
  const failure = failureOf(await dial(url, tls));
  assert.is(failure.code, code);
  assert.match(failure.message, expected);
};

test("an authority that is named is trusted, and no other", async () => {
  const url = await serve(tlsConf(good));
  await connects(url, { caFile });
  await connects(url.replace("nats://", "tls://"), { caFile });
  await told(
    url,
    { caFile: otherCa },
    "not signed by an authority that is trusted here. Name the authority's PEM file with --tls-ca",
  );
  // A server that asks for TLS gets it from whoever asked for nothing.
  await told(url, undefined, "Name the authority's PEM file with --tls-ca");
});

test("a certificate for another name, and one that has expired", async () => {
  const elsewhere = written(dir, "elsewhere", ours.issue({ name: "server", hosts: ["nats.example.org"] }));
  await told(
    await serve(tlsConf(elsewhere)),
    { caFile },
    /for another name \(DNS:nats\.example\.org\)\. Connect by a name/,
  );
  const old = written(dir, "old", ours.issue({ name: "server", hosts, untilMs: Date.now() - 1_000 }));
  await told(await serve(tlsConf(old)), { caFile }, "has expired. Renew it on the server.");
});

test("a server that is named by its address shows a certificate for that address, not for localhost", async () => {
  const local = written(dir, "local", ours.issue({ name: "server", hosts: ["localhost"] }));
  const url = await serve(tlsConf(local));
  await told(url, { caFile }, "for another name (DNS:localhost)");
  await connects(url.replace("127.0.0.1", "localhost"), { caFile });
});

test("a client certificate, where the server wants one", async () => {
  const url = await serve(tlsConf(good, true));
  await connects(url, { caFile, ...client });
  await told(url, { caFile }, "wants a client certificate. Give one with --tls-cert and --tls-key", "unauthorized");
  await told(url, { caFile, ...stranger }, "Give one that its authority has signed");
});

test("TLS before the greeting", async () => {
  const config = `tls { cert_file: "${good.certFile}", key_file: "${good.keyFile}", handshake_first: true }`;
  const url = await serve(config);
  await connects(url, { caFile, first: true });
  await told(url, { caFile }, "give --tls-first");
  await told(url, undefined, "give --tls-first");
  await told(await serve(tlsConf(good)), { caFile, first: true }, "does not begin with TLS. Leave out --tls-first");
});

test("TLS is a demand: a server in the clear is not talked to", async () => {
  const url = await serve(openConfig);
  await told(url, { caFile }, "does not speak TLS, which is asked for");
  await told(url.replace("nats://", "tls://"), undefined, "does not speak TLS");
  await told(url, { caFile, first: true }, "does not begin with TLS");
});

test("a listener waits for a certificate that is renewed", async () => {
  const said = recorder();
  const url = await serve(tlsConf(good));
  const wrong = join(dir, "renewed.pem");
  writeFileSync(wrong, theirs.cert);
  const options = { servers: [url] as const, tls: { caFile: wrong }, name: "test", patient: true };
  const connecting = connect({ ...options, notice: said.notice })();
  assert.match(await said.heard("Trying on"), "--tls-ca");
  await running.at(-1)?.stop();
  // What is served on that port from now on is signed by the authority that the listener trusts.
  const certified = written(dir, "renewed", theirs.issue({ name: "server", hosts }));
  const port = Number(new URL(url).port);
  const binary = await natsBinary();
  const server = rightOf(
    await startServer({ binary, config: tlsConf(certified), dir: mkdtempSync(join(dir, "server-")), port }),
  );
  running.push(server);
  await rightOf(await connecting).close();
});

test("a host and a person with keys of their own, over TLS with client certificates", async () => {
  const web1 = identity("prod/web1");
  const { addresses } = enrolled("prod/web1");
  const alice = requester("alice");
  const who = [
    { kind: "host", hostname: web1.hostname, addresses } as const,
    { kind: "deployer", requester: alice, tiers: [web1.tier] } as const,
  ];
  const { keys, config } = keysFor(who, mkdtempSync(join(dir, "keys-")));
  const tls = `tls { cert_file: "${good.certFile}", key_file: "${good.keyFile}", ca_file: "${caFile}", verify: true }`;
  const said = recorder();
  const access = (name: string) => ({
    servers: [url] as const,
    credentials: keyIn(keys.get(name)),
    tls: { caFile, ...client },
  });
  const url = await serve(`${config}\n${tls}`);
  const host = rightOf(await connectListener({ ...access("web1"), host: web1, addresses, logger: said.logger })());
  await host.close();
  const seen = rightOf(await connectInspection({ ...access("alice"), requester: alice, notice: said.notice })());
  assert.is(seen.server.encrypted, true);
  assert.is(rightOf(await seen.whoAmI()())?.account, "CLIENTS");
  await seen.close();
});

test("files that cannot be used are told before anything is dialled", async () => {
  const nowhere = "nats://127.0.0.1:1";
  const unusable = (tls: ClientTls, expected: string | RegExp) => told(nowhere, tls, expected, "unusable_key");
  await unusable({ caFile: join(dir, "missing") }, /authority .*missing does not exist\. Name the PEM file/);
  await unusable({ caFile: good.keyFile }, "holds no certificate in PEM");
  await unusable({ certFile: client.keyFile, keyFile: client.keyFile }, "holds no certificate in PEM");
  await unusable({ certFile: client.certFile, keyFile: stranger.keyFile }, "is not the key of the certificate");
  await unusable({ certFile: client.certFile, keyFile: client.certFile }, /mode 0644/);
  const open = written(dir, "open", ours.issue({ name: "alice" }));
  chmodSync(open.keyFile, 0o644);
  await unusable(open, `Run: chmod 600 ${open.keyFile}`);
});

test.run();
