/** How a connection begins, or does not: what a person is told, and how soon. */
import { createServer, type Server } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Failure } from "../../../lib/contract/failure.ts";
import { type ConnectOptions, connect } from "../../../lib/nats/connect.ts";
import { startServer } from "../../../lib/server/start.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { keyIn } from "../../support/fixtures.ts";
import { natsBinary, openConfig, temporaryFolder } from "../../support/nats.ts";
import { keysFor, owner } from "../../support/nats-world.ts";
import { recorder } from "../../support/recorder.ts";

const test = suite("lib/nats/connect");

/** A server of TCP alone; it says this to whoever connects. */
const speaking = async (greeting: string): Promise<{ url: string; server: Server; close: () => void }> => {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write(greeting);
    socket.on("data", (data) => {
      if (data.includes("PING")) socket.write("PONG\r\n");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `nats://127.0.0.1:${port}`, server, close };
};

const unusedUrl = async (): Promise<string> => {
  const { url, close } = await speaking("");
  close();
  return url;
};

const refused = async (options: Partial<ConnectOptions> & Pick<ConnectOptions, "servers">): Promise<Failure> =>
  failureOf(await connect({ name: "test", patient: false, ...options })());

test("names every server that was tried", async () => {
  const servers = [await unusedUrl(), await unusedUrl()] as const;
  const { code, message } = await refused({ servers });
  assert.is(code, "unreachable");
  for (const url of servers) assert.match(message, url);
  assert.match(message, /refused.*Check the address/);
});

test("does not wait for a server that says nothing, or that has no name", async () => {
  const silent = await speaking("");
  const startMs = performance.now();
  assert.is((await refused({ servers: [silent.url] })).code, "unreachable");
  assert.ok(performance.now() - startMs < 10_000);
  silent.close();
  const nameless = await refused({ servers: ["nats://nowhere.invalid:4222"] });
  assert.is(nameless.code, "unreachable");
  assert.match(nameless.message, "nowhere.invalid");
});

test("another protocol and a malformed address are failures too", async () => {
  const web = await speaking("HTTP/1.1 400 Bad Request\r\n\r\n");
  assert.match((await refused({ servers: [web.url] })).message, web.url);
  web.close();
  assert.match((await refused({ servers: ["nats://:not-a-port"] })).message, "not-a-port");
});

test("a server that is too old is told, with what is needed", async () => {
  const info = { server_id: "old", version: "2.9.25", proto: 1, max_payload: 1_048_576, headers: true };
  const old = await speaking(`INFO ${JSON.stringify(info)}\r\n`);
  const { code, message } = await refused({ servers: [old.url] });
  old.close();
  assert.is(code, "unreachable");
  assert.match(message, /2\.9\.25.*2\.10/);
});

test("a key that the server does not know is refused, to the patient too", async () => {
  const dir = temporaryFolder();
  const { config } = keysFor([], dir);
  const server = rightOf(await startServer({ binary: await natsBinary(), config, dir: `${dir}/server` }));
  const stranger = keysFor([], temporaryFolder()).keys.get(owner);
  for (const options of [{ credentials: keyIn(stranger) }, {}, { credentials: keyIn(stranger), patient: true }]) {
    const { code, message } = await refused({ servers: [server.url], ...options });
    assert.is(code, "unauthorized");
    assert.match(message, server.url);
  }
  await server.stop();
});

test("tls:// is a demand: a server that speaks in the clear is refused", async () => {
  const server = rightOf(await startServer({ binary: await natsBinary(), config: openConfig, dir: temporaryFolder() }));
  const { code } = await refused({ servers: [server.url.replace("nats://", "tls://") as `tls://${string}`] });
  assert.is(code, "unreachable");
  await server.stop();
});

test("a key file that cannot be used is told before anything is dialled", async () => {
  const { code } = await refused({
    servers: [await unusedUrl()],
    credentials: keyIn("/nonexistent/key"),
    patient: true,
  });
  assert.is(code, "unusable_key");
});

test("the patient wait for a server to appear, and say so once", async () => {
  const said = recorder();
  const url = await unusedUrl();
  const connecting = connect({ servers: [url], name: "test", patient: true, notice: said.notice })();
  assert.match(await said.heard("Trying on"), url);
  const [binary, dir, port] = [await natsBinary(), temporaryFolder(), Number(new URL(url).port)];
  const server = rightOf(await startServer({ binary, config: openConfig, dir, port }));
  const nc = rightOf(await connecting);
  assert.is(said.sentences.length, 1);
  await nc.close();
  await server.stop();
});

test.run();
