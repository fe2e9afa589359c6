/**
 * `hd mcp` as a process, on a raw pipe, against a real server with the real permissions: nothing but protocol comes out of it,
 * and it ends with the client, however that ends.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Identity } from "../../../lib/contract/permissions.ts";
import { buildBundle } from "../../e2e/support/bundle.ts";
import { requester, tier } from "../../support/fixtures.ts";
import { startWorld } from "../../support/nats-world.ts";
import { enrolled, identity } from "../support/fleet.ts";

const test = suite("cli/mcp/stdio");

const web1 = identity("prod/web1:web");
const { addresses } = enrolled("prod/web1:web");
const who: readonly Identity[] = [
  { kind: "host", hostname: web1.hostname, addresses },
  { kind: "deployer", requester: requester("claude"), tiers: [tier("test")] },
  { kind: "auditor", requester: requester("carol") },
];
const world = await startWorld(who);
test.after(() => world.server.stop());

const [, main = ""] = buildBundle();

interface Message {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

const start = (name: string, ...words: readonly string[]) => {
  const env = { NATS_URL: world.server.url, NATS_NKEY: world.keys.get(name) ?? "", HOMELAB_DEPLOY_REQUESTER: name };
  const child = spawn(process.execPath, [main, "mcp", ...words], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A client that is gone cannot be written to.
  child.stdin.on("error", () => {});
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  let [rest, err] = ["", ""];
  child.stderr.on("data", (data) => {
    err += data;
  });
  child.stdout.on("data", (data) => {
    const lines = `${rest}${data}`.split("\n");
    rest = lines.pop() ?? "";
    // Whatever is no JSON throws here, and that is the test of it.
    for (const line of lines) messages.push(JSON.parse(line));
    for (const wake of waiting) wake();
  });
  const ended = once(child, "exit").then(([code, signal]) => code ?? signal);
  const write = (line: string) => child.stdin.write(`${line}\n`);
  const send = (message: object) => write(JSON.stringify({ jsonrpc: "2.0", ...message }));
  const answerTo = async (id: number): Promise<Message> => {
    for (;;) {
      const found = messages.find((one) => one.id === id);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  return { child, messages, ended, write, send, answerTo, err: () => err };
};

const initialize = {
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};

const begun = async (name = "claude", ...words: readonly string[]) => {
  const running = start(name, ...words);
  running.send(initialize);
  await running.answerTo(1);
  running.send({ method: "notifications/initialized" });
  return running;
};

const called = (id: number, name: string, args: object = {}) => ({
  ...{ id, method: "tools/call", params: { name, arguments: args } },
});

test("without a log it is said in the answer how to make one", async () => {
  const { send, answerTo, child, ended } = await begun();
  send(called(2, "hosts_list"));
  const { result = {} } = await answerTo(2);
  assert.is(result["isError"], true);
  assert.match(JSON.stringify(result), "hd streams apply");
  child.stdin.end();
  assert.is(await ended, 0);
  await world.apply({ hosts: [[web1.hostname, addresses]] });
});

test("garbage, unknown methods and calls that are given up do not disturb what follows", async () => {
  const { write, send, answerTo, messages, child, ended } = await begun();
  for (const line of ["garbage", "{", "[]", "null", '{"jsonrpc":"1.0"}', "\u0000\u0001", "x".repeat(100_000)])
    write(line);
  send({ id: 2, method: "server/discover" });
  send(called(3, "hosts_list"));
  send({ method: "notifications/cancelled", params: { requestId: 3, reason: "enough" } });
  send(called(4, "fleet_status"));
  send({ id: 5, method: "ping" });
  assert.is((await answerTo(2)).error?.code, -32601);
  assert.equal((await answerTo(5)).result, {});
  const { result = {} } = await answerTo(4);
  assert.match(JSON.stringify(result["structuredContent"]), '"host":"web1"');
  send({ id: 6, method: "ping" });
  await answerTo(6);
  assert.not.ok(messages.some(({ id }) => id === 3));
  child.stdin.end();
  assert.is(await ended, 0);
});

test("a line that never ends is cut off, with the server", async () => {
  const { child, ended } = await begun();
  const more = (): void => {
    while (child.stdin.writable && child.stdin.write("x".repeat(1 << 20)));
  };
  child.stdin.on("drain", more);
  more();
  assert.is(await ended, 0);
});

/** With a connection to NATS open. */
const connectedOne = async () => {
  const running = await begun();
  running.send(called(2, "fleet_status"));
  await running.answerTo(2);
  return running;
};

/** How long it takes to end is told and not judged, because the machine that runs tests has other work. */
const toldEnd = async (what: string, { ended }: Awaited<ReturnType<typeof connectedOne>>, begin: () => unknown) => {
  const startMs = performance.now();
  begin();
  assert.is(await ended, 0);
  console.log(`ended ${(performance.now() - startMs).toFixed(0)} ms after ${what}`);
};

test("the end of the input ends it", async () => {
  const running = await connectedOne();
  const { child, err } = running;
  await toldEnd("the end of the input", running, () => child.stdin.end());
  assert.is(err(), "");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} ends it`, async () => {
    const running = await connectedOne();
    await toldEnd(signal, running, () => running.child.kill(signal));
  });
}

test("a reader that is gone ends it", async () => {
  const running = await connectedOne();
  await toldEnd("a closed pipe", running, () => {
    running.child.stdout.destroy();
    running.send({ id: 3, method: "ping" });
  });
});

test("a key that may only read gets the tools that read", async () => {
  const { send, answerTo, child, ended } = await begun("carol");
  send({ id: 2, method: "tools/list" });
  const { result = {} } = await answerTo(2);
  const tools = result["tools"] as {
    readonly name: string;
    readonly annotations: { readonly readOnlyHint: boolean };
  }[];
  assert.ok(tools.some(({ name }) => name === "hosts_list"));
  assert.ok(tools.every(({ annotations }) => annotations.readOnlyHint));
  child.stdin.end();
  assert.is(await ended, 0);
});

test("options that do not go together are refused before anything is served", async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [["--enable-admin"], /--admin-nkey-file <file> and --admin-as <name>/],
    [["--http", "127.0.0.1:7400"], /--tokens <file>/],
    [["--tokens", "t.json"], /--tokens goes with --http/],
    [["--http", "7400", "--tokens", "t.json"], /must be an address with a port/],
    [["--budget", "many"], /must be a number an hour/],
    [["--http", "127.0.0.1:0", "--tokens", "/nowhere/t.json"], /does not exist/],
  ];
  for (const [words, says] of wrong) {
    const { ended, err } = start("claude", ...words);
    assert.ok([2, 4].includes(await ended), words.join(" "));
    assert.match(err(), says);
  }
});

test.run();
