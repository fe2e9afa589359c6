/**
 * `hd` as a process against a real server with the real permissions: signals, pipes that close, keys, and a server or a log
 * that is not there.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, openSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { responseSubject } from "../../lib/contract/address.ts";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import type { Identity } from "../../lib/contract/permissions.ts";
import type { Delivery } from "../../lib/router/ports.ts";
import { buildBundle } from "../e2e/support/bundle.ts";
import { collector } from "../support/collector.ts";
import { rightOf } from "../support/either.ts";
import { requester } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/nats.ts";
import { startWorld, tiers } from "../support/nats-world.ts";
import { buildFailed, completed, enrolled, event, identity } from "./support/fleet.ts";
import { screen } from "./support/world.ts";

const test = suite("cli/main");

const web1 = identity("prod/web1:web");
const { addresses } = enrolled("prod/web1:web");
const who: readonly Identity[] = [
  { kind: "host", hostname: web1.hostname, addresses },
  { kind: "deployer", requester: requester("alice"), tiers },
  { kind: "deployer", requester: requester("bob"), tiers: [tiers[0]] },
  { kind: "auditor", requester: requester("carol") },
];

const world = await startWorld(who);
const host = await world.listener(web1, addresses);
test.after(async () => {
  await host.close();
  await world.server.stop();
});

const delivered = collector<Delivery>("request");

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Resolves when stderr has these words. */
  readonly said: (words: string) => Promise<void>;
}

const [, main = ""] = buildBundle();

const start = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Running => {
  const name = env["HOMELAB_DEPLOY_REQUESTER"] ?? "alice";
  const own = { NATS_URL: world.server.url, NATS_NKEY: world.keys.get(name) ?? "", HOMELAB_DEPLOY_REQUESTER: name };
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env["PATH"], ...own, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    written.out += data;
  });
  child.stderr.on("data", (data) => {
    written.err += data;
  });
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  const said = async (words: string) => {
    while (!written.err.includes(words)) {
      const more = await Promise.race([once(child.stderr, "data"), ended]);
      if (!Array.isArray(more) && !written.err.includes(words))
        throw new Error(`it ended with ${more}: ${written.err}`);
    }
  };
  return { child, out: () => written.out, err: () => written.err, ended, said };
};

const hd = async (words: string, env?: Readonly<Record<string, string>>) => {
  const running = start(words.split(" "), env);
  const exit = await running.ended;
  return { exit, out: running.out(), err: running.err() };
};

test("without a log, it is said how to make one", async () => {
  const { exit, err } = await hd("history");
  assert.is(exit, 5);
  assert.match(err, /^error: .*hd streams apply/);
});

test("streams diff and apply, with the key for that", async () => {
  const provisioner = { HOMELAB_DEPLOY_REQUESTER: "provisioner" };
  const words = "--host prod/web1:web --max-bytes 100M";
  assert.is((await hd(`streams diff ${words}`, provisioner)).exit, 3);
  assert.is((await hd(`streams apply ${words}`, provisioner)).exit, 0);
  assert.is((await hd(`streams diff ${words}`, provisioner)).exit, 0);
  assert.is((await hd(`streams diff ${words}`)).exit, 4);
});

test("the host takes its place", async () => {
  rightOf(await host.work.start(delivered.add)());
});

const answer = async (delivery: Delivery, of: DeployEvent): Promise<void> => {
  const { id } = JSON.parse(delivery.body);
  const body = JSON.stringify({ ...of, id, request_seq: delivery.seq });
  const subject = responseSubject(web1.tier, web1.hostname, of.status);
  rightOf(await host.log.append({ subject, body, msgId: `${id}:${of.status}` })());
  await delivery.ack();
};

test("a deployment to its end", async () => {
  const running = start(["deploy", "prod/web1"]);
  const delivery = await delivered.next();
  await answer(delivery, event("web1", { status: "accepted" }));
  await running.said("accepted");
  await answer(delivery, completed("web1"));
  assert.is(await running.ended, 0);
  assert.match(running.out(), "web1  completed  3333333");
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} stops the watching, the deployment goes on, and hd watch returns to it`, async () => {
    const running = start(["deploy", "prod/role/web"]);
    const delivery = await delivered.next();
    await answer(delivery, event("web1", { status: "accepted" }));
    await running.said("accepted");
    running.child.kill(signal);
    assert.is(await running.ended, 130);
    const { id } = JSON.parse(delivery.body);
    assert.match(running.err(), `Stopped watching; the deployment goes on. Return to it with:\n  hd watch ${id}\n`);
    assert.ok(running.err().endsWith(`with:\n  hd cancel ${id}\n`));
    await answer(delivery, completed("web1"));
    const watched = await hd(`watch ${id}`);
    assert.is(watched.exit, 0);
    assert.match(watched.out, "web1  completed");
  });
}

test("who may not read or deploy there is told so", async () => {
  const other = await hd("deploy prod/web1", { HOMELAB_DEPLOY_REQUESTER: "bob" });
  assert.is(other.exit, 4);
  const auditor = await hd("deploy prod/web1 -o json", { HOMELAB_DEPLOY_REQUESTER: "carol" });
  assert.is(auditor.exit, 4);
  assert.is(JSON.parse(auditor.err).error.code, "unauthorized");
  assert.is((await hd("history", { HOMELAB_DEPLOY_REQUESTER: "carol" })).exit, 0);
  const pretender = await hd("deploy prod/web1 --as alice", { HOMELAB_DEPLOY_REQUESTER: "bob" });
  assert.is(pretender.exit, 4);
});

test("a key file that cannot be used", async () => {
  const dir = temporaryFolder();
  const [empty, open, none] = [join(dir, "empty"), join(dir, "open"), join(dir, "none")];
  writeFileSync(empty, "", { mode: 0o600 });
  writeFileSync(open, "SU", { mode: 0o600 });
  chmodSync(open, 0o644);
  for (const file of [empty, open, none]) {
    const { exit, err } = await hd(`hosts --nkey-file ${file} -o json`);
    assert.is(exit, 4);
    const { error } = JSON.parse(err);
    assert.is(error.code, "unusable_key");
    assert.match(error.message, file);
  }
});

test("no server: what was tried", async () => {
  const { exit, err } = await hd("hosts --nats-url nats://127.0.0.1:1");
  assert.is(exit, 5);
  assert.match(err, "error: Could not connect to nats://127.0.0.1:1.");
});

test("a server that takes the call and says nothing keeps nobody", async () => {
  const mute = createServer(() => {}).listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as AddressInfo;
  const { exit, err } = await hd(`hosts --nats-url nats://127.0.0.1:${port}`);
  mute.close();
  assert.is(exit, 5);
  assert.match(err, "No server answered in time. One takes connections and says nothing");
});

test("a deployment that fails is no success, although nobody reads how it went", async () => {
  const running = start(["deploy", "prod/web1"]);
  const delivery = await delivered.next();
  running.child.stdout?.destroy();
  await answer(delivery, buildFailed("web1"));
  assert.is(await running.ended, 1);
});

test("an output that cannot be written is told without a trace of the program", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [main, "history"], {
    env: {
      PATH: process.env["PATH"],
      NATS_URL: world.server.url,
      NATS_NKEY: world.keys.get("alice"),
      HOMELAB_DEPLOY_REQUESTER: "alice",
    },
    stdio: ["ignore", full, "pipe"],
  });
  let err = "";
  child.stderr?.on("data", (data) => {
    err += data;
  });
  const [code] = await once(child, "close");
  closeSync(full);
  assert.is(code, 1);
  assert.match(err, /^hd: the output cannot be written: .*ENOSPC/);
  assert.not.match(err, " at ");
});

test("whoever reads the output may stop reading", async () => {
  const running = start(["history", "-o", "ndjson"]);
  running.child.stdout?.destroy();
  assert.is(await running.ended, 0);
  assert.is(running.err(), "");
});

test("whoever reads the output of a deployment may stop reading, which is no success", async () => {
  const running = start(["deploy", "prod/web1", "-o", "ndjson"]);
  running.child.stdout?.destroy();
  await delivered.next();
  assert.is(await running.ended, 130);
});

test("a closed stderr ends nothing", async () => {
  const running = start(["deploy", "prod/web1"]);
  running.child.stderr?.destroy();
  await answer(await delivered.next(), completed("web1"));
  assert.is(await running.ended, 0);
  assert.match(running.out(), "web1  completed");
});

test("hosts, from the real roster", async () => {
  const { exit, out } = await hd("hosts");
  assert.is(exit, 0);
  assert.match(screen(out), /^web1 {2}prod {2}web {4}silent/m);
});

test("the help needs nobody", async () => {
  const { exit, out } = await hd("--help", { NATS_URL: "nats://127.0.0.1:1" });
  assert.is(exit, 0);
  assert.match(out, /^hd \d+\.\d+\.\d+: /);
});

test.run();
