/** One real server: ready when it says so, its store survives a crash, and nothing of it is left behind. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startServer } from "../../../lib/server/start.ts";
import { freePort } from "../../support/free-port.ts";
import { natsBinary, openConfig, temporaryFolder, withServer } from "../../support/nats.ts";

const test = suite("lib/server/start");
const binary = await natsBinary();
const shared = await withServer(test);

const refuses = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectSocket(port, "127.0.0.1");
    socket.once("error", () => resolve(true));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });

const started = async (options: Parameters<typeof startServer>[0]) => {
  const server = await startServer(options);
  if (server._tag === "Left") throw new Error(server.left.message);
  return server.right;
};

test("a server for a suite has JetStream and takes clients at once", async () => {
  const connection = await connect({ servers: shared.url });
  const account = await (await jetstreamManager(connection)).getAccountInfo();
  assert.is(account.streams, 0);
  await connection.close();
});

test("its folder holds all of it, and what may hold a secret is ours alone", async () => {
  assert.equal(readdirSync(shared.dir).toSorted(), ["ports", "server.conf", "server.log", "store"]);
  assert.is(statSync(join(shared.dir, "server.conf")).mode & 0o077, 0);
  assert.match(readFileSync(shared.logFile, "utf8"), "Server is ready");
});

test("what was acknowledged survives a kill, on the same port", async () => {
  const config = "jetstream { sync_interval: always }";
  const server = await started({ binary, config, dir: temporaryFolder(), port: await freePort() });
  const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  await (await jetstreamManager(connection)).streams.add({ name: "KEPT", subjects: ["kept.>"] });
  const ack = await jetstream(connection).publish("kept.one", "1");
  assert.is(ack.seq, 1);
  await server.kill();
  assert.equal(await server.exited, { code: null, signal: "SIGKILL" });
  const again = await server.restart();
  if (again._tag === "Left") throw new Error(again.left.message);
  assert.is(again.right.port, server.port);
  assert.is.not(again.right.pid, server.pid);
  const next = await jetstream(connection).publish("kept.two", "2", { retries: 200, timeout: 200, msgID: "two" });
  assert.is(next.seq, 2);
  await connection.close();
  await again.right.stop();
  assert.ok(await refuses(server.port));
});

test("monitoring is found when the configuration asks for it", async () => {
  const server = await started({ binary, config: `http: "127.0.0.1:-1"\n${openConfig}`, dir: temporaryFolder() });
  assert.is((await fetch(`${server.monitoringUrl}/healthz`)).status, 200);
  await server.stop();
  assert.is((await server.exited).signal, null);
});

test("a server that cannot start is a value that quotes its log", async () => {
  const dir = temporaryFolder();
  const broken = await startServer({ binary, config: "jetstream { no_such_option: 1 }", dir });
  assert.is(broken._tag === "Left" && broken.left.code, "unreachable");
  assert.match(broken._tag === "Left" ? broken.left.message : "", /no_such_option.*\(its log: .*server\.log\)/);
  const taken = await startServer({ binary, config: "", dir: join(dir, "taken"), port: shared.port });
  assert.match(taken._tag === "Left" ? taken.left.message : "", "address already in use");
  const missing = await startServer({ binary: join(dir, "none"), config: "", dir: join(dir, "missing") });
  assert.match(missing._tag === "Left" ? missing.left.message : "", "it is not installed");
});

test("a folder with quotes, spaces and letters of any kind will do", async () => {
  const dir = join(temporaryFolder(), `a "b" \\c é $d #e`);
  const server = await started({ binary, config: openConfig, dir });
  assert.ok(existsSync(join(dir, "store", "jetstream")));
  await server.stop();
});

test.run();
