/** Health checks against real programs and real sockets, the unpleasant ones included. */
import { readFileSync } from "node:fs";
import { createServer as httpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { probeWith } from "../../../lib/nix/probe.ts";
import { healthCheck } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/nix/probe");
const dir = tempDir("probe");
const servers: Server[] = [];
const sockets = new Set<Socket>();

test.after(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

const listen = async (server: Server, host = "127.0.0.1"): Promise<number> => {
  servers.push(server);
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
};

const http = async (answer: RequestListener): Promise<number> => listen(httpServer(answer));

/** Answers whatever it is asked with these bytes, and stays. */
const saying = (bytes: string): Promise<number> =>
  listen(createServer((socket) => socket.on("error", () => {}).on("data", () => socket.write(bytes))));

const probe = (
  fields: object,
  { leftMs = 20_000, env = process.env }: { leftMs?: number; env?: NodeJS.ProcessEnv } = {},
) => {
  return probeWith({ env, timeLeftMs: () => leftMs })(healthCheck(fields))();
};

const sh = (script: string): { readonly command: readonly string[] } => ({ command: ["/bin/sh", "-c", script] });

test("a command is healthy by exit code 0 alone, and unhealthy with its last words", async () => {
  assert.equal(await probe(sh("echo all is lost >&2")), right(undefined));
  assert.equal(await probe(sh("exit 3")), left("/bin/sh ended with exit code 3"));
  assert.equal(await probe(sh("echo one; echo two; exit 1")), left("/bin/sh ended with exit code 1: two"));
  assert.equal(await probe(sh("echo why >&2; echo what; exit 1")), left("/bin/sh ended with exit code 1: why"));
  assert.equal(await probe(sh("kill -9 $$")), left("/bin/sh ended with SIGKILL"));
  assert.equal(
    await probe(sh("echo get https://bob:s3cret@web1/ failed; exit 1")),
    left("/bin/sh ended with exit code 1: get https://***@web1/ failed"),
  );
  assert.equal(
    await probe({ command: ["hd-no-such-program"] }),
    left("cannot start hd-no-such-program: it is not installed, or not on PATH"),
  );
});

test("a command gets its arguments as they are, and of the environment what holds no secret", async () => {
  const seen = join(dir, "environment");
  const env = { PATH: process.env["PATH"], HOME: "/h", NATS_PASSWORD: "s3cret", HD_SEED: "s3cret" };
  assert.equal(
    await probe(
      { command: ["/bin/sh", "-c", 'env > "$1"; [ "$2" = "\\$(id) a b" ]', "sh", seen, "$(id) a b"] },
      { env },
    ),
    right(undefined),
  );
  const names = readFileSync(seen, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/=.*/, ""));
  // The last three are the shell's own.
  assert.equal(names.filter((name) => !["PWD", "SHLVL", "_"].includes(name)).sort(), ["HOME", "LC_ALL", "PATH"]);
  assert.match(readFileSync(seen, "utf8"), /^PATH=.*:\/run\/current-system\/sw\/bin$/m);
});

test("what a command says is made fit for a record", async () => {
  const said = await probe(sh("printf 'no \\033[31mhttps://me:s3cret@host/x\\033[0m\\a\\n'; exit 1"));
  assert.equal(said, left("/bin/sh ended with exit code 1: no https://***@host/x"));
  const flood = await probe(sh("head -c 3000000 /dev/zero | tr '\\0' x; exit 1"));
  assert.ok(flood._tag === "Left" && flood.left.length <= 300);
});

test("a command past its deadline is ended, also one that ends well then", async () => {
  const late = { timeout_ms: 300 };
  assert.equal(
    await probe({ ...sh("exec sleep 600"), ...late }),
    left("/bin/sh took longer than 300 ms and was ended"),
  );
  assert.equal(
    await probe({ ...sh("exec 2> /dev/null; trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done"), ...late }),
    left("/bin/sh took longer than 300 ms and was ended: bye"),
  );
});

test("no try takes longer than what is left of the deployment", async () => {
  assert.equal(
    await probe(sh("exec sleep 600"), { leftMs: 200 }),
    left("/bin/sh took longer than 200 ms and was ended"),
  );
  for (const leftMs of [0, -1]) assert.equal(await probe(sh("exit 0"), { leftMs }), left("no time was left for it"));
});

test("a check that names nothing is not healthy", async () => {
  assert.equal(await probe({}), left("it names neither a command nor a port nor an address"));
  assert.equal(await probe({ command: [] }), left("its command is empty"));
});

test("a port is healthy by a connection, by name and by either kind of address", async () => {
  const port = await listen(createServer());
  assert.equal(await probe({ tcp: `127.0.0.1:${port}` }), right(undefined));
  assert.equal(await probe({ tcp: `localhost:${port}` }), right(undefined));
  const six = await listen(createServer(), "::1").catch(() => undefined);
  if (six === undefined) console.log("skip: no IPv6 here");
  else assert.equal(await probe({ tcp: `[::1]:${six}` }), right(undefined));
});

test("a connection is closed at once, and without a byte", async () => {
  const closed = new Promise<number>((resolve) => {
    const server = createServer((socket) =>
      socket
        .on("error", () => {})
        .on("close", () => resolve(socket.bytesRead))
        .resume(),
    );
    void listen(server).then((port) => probe({ tcp: `127.0.0.1:${port}` }));
  });
  assert.is(await closed, 0);
});

test("a port that nobody listens on, a name that is none and a port that is too large", async () => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(
    await probe({ tcp: `127.0.0.1:${port}` }),
    left(`127.0.0.1:${port} took no connection: connect ECONNREFUSED 127.0.0.1:${port}`),
  );
  const nameless = await probe({ tcp: "no-such-host.invalid:80" });
  assert.match(nameless._tag === "Left" ? nameless.left : "", /^no-such-host\.invalid:80 took no connection/);
  assert.equal(await probe({ tcp: "127.0.0.1:70000" }), left("127.0.0.1:70000 has no port between 1 and 65535"));
});

test("an address is healthy by any 2xx, or by the status that is expected and no other", async () => {
  const statuses = [200, 204, 299, 301, 404, 503];
  const port = await http(({ url }, response) => {
    response.writeHead(Number(url?.slice(1)), { location: "/200" }).end();
  });
  const at = (status: number) => `http://127.0.0.1:${port}/${status}`;
  for (const status of statuses) {
    const instead = (of: string | number) =>
      left(`http://127.0.0.1:${port} answered with status ${status} instead of ${of}`);
    assert.equal(await probe({ http: at(status) }), status < 300 ? right(undefined) : instead("200 to 299"));
    assert.equal(await probe({ http: at(status), status: 404 }), status === 404 ? right(undefined) : instead(404));
  }
});

test("an answer that never ends is not waited for, and one that never begins is cut off", async () => {
  const endless = await http((_, response) => {
    const write = (): boolean | NodeJS.Immediate =>
      !response.destroyed && response.write("x".repeat(65_536)) && setImmediate(write);
    response
      .on("error", () => {})
      .on("drain", write)
      .writeHead(200);
    write();
  });
  assert.equal(await probe({ http: `http://127.0.0.1:${endless}/` }), right(undefined));
  const silent = await saying("");
  assert.equal(
    await probe({ http: `http://127.0.0.1:${silent}/`, timeout_ms: 200 }),
    left(`http://127.0.0.1:${silent} did not answer within 200 ms`),
  );
  const slow = await saying("HTTP/1.1 200 OK\r\nx: y\r\n");
  assert.match(
    JSON.stringify(await probe({ http: `http://127.0.0.1:${slow}/`, timeout_ms: 200 })),
    /did not answer within 200 ms/,
  );
});

test("what is no HTTP, headers without an end, a closed connection and a change of protocol", async () => {
  const clause = async (port: number): Promise<string> => {
    const answer = await probe({ http: `http://127.0.0.1:${port}/` });
    return answer._tag === "Left" ? answer.left : "healthy";
  };
  assert.match(await clause(await saying("SSH-2.0-OpenSSH\r\n")), /did not answer: Parse Error/);
  assert.match(
    await clause(await saying(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`)),
    /did not answer: Parse Error: Header overflow/,
  );
  assert.match(
    await clause(await listen(createServer((socket) => socket.destroy()))),
    /did not answer: (?:socket hang up|read ECONNRESET)/,
  );
  const changing = await saying("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
  assert.match(await clause(changing), /answered with status 101 instead/);
});

test("nothing of an address is told but its origin", async () => {
  const refusing = await http((_, response) => response.writeHead(500).end());
  const secrets = [
    `http://me:s3cret@127.0.0.1:${refusing}/s3cret?token=s3cret#s3cret`,
    "http://me:s3cret@127.0.0.1:1/s3cret",
    `http://me:s3cret%@127.0.0.1:${refusing}/s3cret`,
    "https://me:s3cret@no-such-host.invalid/s3cret",
    "http://s3cret:99999/",
  ];
  for (const address of secrets) {
    const answer = await probe({ http: address });
    assert.is(answer._tag, "Left", address);
    assert.not.match(JSON.stringify(answer), /s3cret/);
  }
});

test("credentials in an address are sent, to whom they are meant for", async () => {
  let sent: string | undefined;
  const port = await http(({ headers }, response) => {
    sent = headers.authorization;
    response.end();
  });
  assert.equal(await probe({ http: `http://me:pw@127.0.0.1:${port}/` }), right(undefined));
  assert.is(sent, `Basic ${Buffer.from("me:pw").toString("base64")}`);
});

test.run();
