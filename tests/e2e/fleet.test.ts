/**
 * A fleet from its file to a real server, by commands alone: everyone signs in with the key that was made for them; hosts and
 * people come, go and change names and keys while others stay connected; and the log follows.
 */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress, requestSubject } from "../../lib/contract/address.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { rightOf } from "../support/either.ts";
import { hostName, requester, tier } from "../support/fixtures.ts";
import { fleetServer } from "../support/fleet-server.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/nats.ts";
import { worldOf } from "../support/nats-world.ts";
import { runInProcess } from "./support/in-process.ts";

const test = suite("e2e: a fleet from its file");
const dir = temporaryFolder();
const path = (name: string) => join(dir, name);
const seed = (name: string) => path(`keys/${name}.nk`);
const port = await freePort();
const url = `nats://127.0.0.1:${port}`;

const text = `name = "lab"

[server]
urls = ["${url}"]
listen = "127.0.0.1:${port}"
store_dir = "${path("store")}"
max_file = "1GB"

[tiers.prod]
[tiers.test]

# machines
[hosts.web1]
tier = "prod"
roles = ["web"]   # also the start page

[hosts.lab1]
tier = "test"

[people.alice]
role = "deployer"
tiers = ["prod", "test"]

[people.bob]
role = "auditor"
`;
writeFileSync(path("hd.toml"), text);

const server = await fleetServer(test, path("nats-server.conf"), url);
const hd = (...words: readonly string[]) => runInProcess(words, { XDG_CONFIG_HOME: path("config") });
const done = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await hd(...words);
  assert.is(code, 0, `${out}${err}`);
  return out + err;
};
const fleet = ["--fleet", dir] as const;

const keysOf = (name: string): readonly string[] =>
  JSON.parse(readFileSync(path("public-keys.json"), "utf8"))[name] ?? [];

/** With the requests of everyone who has a seed. */
const world = worldOf(
  [url],
  new Map(["web1", "web3", "lab1", "alice", "bob", "provisioner"].map((name) => [name, seed(name)])),
);
test.after(() => world.close());

const ask = async (target: string, id: string): Promise<number> => {
  const bus = await world.bus("alice");
  const [of = "", name = ""] = target.split("/");
  const subject = requestSubject(requester("alice"), hostAddress(tier(of), hostName(name)));
  const { seq } = rightOf(await bus.log.append({ subject, body: '{"revision":"main"}', msgId: id })());
  await bus.close();
  return seq;
};

const consumers = (): Promise<readonly string[]> =>
  world.provision(async (log) =>
    rightOf(await log.consumers("HD_AUDIT")())
      .map(({ name }) => name)
      .sort(),
  );

/** Whoever must go on undisturbed: a connection that never reconnects, so that the end of it is its end. */
const staying = async (...names: readonly string[]): Promise<{ readonly undisturbed: () => Promise<void> }> => {
  const all = await Promise.all(names.map(async (name) => ({ name, nc: await server.signIn(seed(name), name) })));
  return {
    undisturbed: async () => {
      for (const { name, nc } of all) {
        assert.not.ok(nc.isClosed(), `${name} is disconnected`);
        await nc.flush();
        await nc.close();
      }
    },
  };
};

const refused = async (seedPath: string, name: string): Promise<void> => {
  try {
    await server.signIn(seedPath, name);
  } catch (error) {
    return assert.match(String(error), "Authorization Violation");
  }
  assert.unreachable(`${name} was let in`);
};

test("hd init makes it, and the server starts with what it wrote", async () => {
  const said = await done("init", dir);
  assert.match(said, "copy nats-server.conf to the server and start it: nats-server -c ");
  await server.start();
});

test("everyone signs in with the key that was made for them, and nobody with another", async () => {
  for (const name of ["web1", "lab1", "alice", "bob", "provisioner"])
    await (await server.signIn(seed(name), name)).close();
  const stranger = temporaryFolder();
  writeFileSync(join(stranger, "hd.toml"), text);
  await done("init", stranger, "--context-dir", join(stranger, "contexts"));
  await refused(join(stranger, "keys/alice.nk"), "alice");
});

test("hd streams apply makes the log that the file describes", async () => {
  assert.match(
    await done("streams", "apply", ...fleet),
    /HD_AUDIT +created\n.*host_web1 +created\n.*host_lab1 +created\n/,
  );
  assert.match(await done("streams", "diff", ...fleet), /HD_AUDIT +matches\n/);
  const max = await world.provision(async (log) => rightOf(await log.stream("HD_AUDIT")())?.settings.maxBytes);
  assert.is(max, 819 * 1024 ** 2);
});

test("a request reaches its host, by the context that was written for whoever asks", async () => {
  const context = JSON.parse(readFileSync(path("config/nats/context/lab-alice.json"), "utf8"));
  assert.equal([context.url, context.nkey, context.inbox_prefix], [url, seed("alice"), "_INBOX_alice"]);
  const host: HostIdentity = { hostname: hostName("web1"), tier: tier("prod"), roles: [] };
  const listener = await world.listener(host, [hostAddress(host.tier, host.hostname)]);
  const taken = new Promise<string>((resolve) => {
    listener.work
      .start((delivery) => void delivery.ack().then(() => resolve(delivery.subject)))()
      .catch(() => resolve("nothing"));
  });
  await ask("prod/web1", "first");
  assert.is(await taken, "hd.req.alice.prod.web1");
  await listener.close();
});

test("a host is added while others are connected, and has its place in the log", async () => {
  const others = await staying("web1", "alice", "bob", "provisioner");
  const said = await done("host", "add", "prod/web3", "--role", "web", ...fleet);
  assert.match(said, "consumer host_web3 created");
  assert.is(
    readFileSync(path("hd.toml"), "utf8"),
    text.replace("[people.alice]", '[hosts.web3]\ntier = "prod"\nroles = ["web"]\n\n[people.alice]'),
  );
  await server.reload();
  await (await server.signIn(seed("web3"), "web3")).close();
  assert.equal(await consumers(), ["host_lab1", "host_web1", "host_web3"]);
  await others.undisturbed();
});

test("a host for which a request waits is not removed, unless whoever removes it says so", async () => {
  await ask("prod/web3", "waits");
  const before = readFileSync(path("hd.toml"), "utf8");
  for (const words of [
    ["remove", "web3"],
    ["rename", "web3", "web4"],
  ]) {
    const { code, err } = await hd("host", ...words, ...fleet);
    assert.is(code, 2);
    assert.match(err, "Nothing was changed: one request waits for web3, which would never be answered.");
  }
  assert.is(readFileSync(path("hd.toml"), "utf8"), before);
});

test("a host is removed: it is disconnected, its place ends, its records stay, and nobody else notices", async () => {
  const others = await staying("web1", "alice", "provisioner");
  const web3 = await server.signIn(seed("web3"), "web3");
  const said = await done("host", "remove", "web3", "--yes", ...fleet);
  assert.match(said, "consumer host_web3 deleted; the records of web3 stay");
  assert.is(readFileSync(path("hd.toml"), "utf8"), text);
  await server.reload();
  await web3.closed();
  await refused(seed("web3"), "web3");
  assert.equal(await consumers(), ["host_lab1", "host_web1"]);
  const bus = await world.bus("alice");
  assert.is(rightOf(await bus.log.last("hd.req.*.prod.web3")())?.msgId, "waits");
  await others.undisturbed();
});

test("a host has another name with the same key, and a place under it", async () => {
  const others = await staying("web1", "alice", "bob");
  const key = keysOf("lab1");
  copyFileSync(seed("lab1"), path("on-the-host.nk"));
  await done("host", "rename", "lab1", "lab2", ...fleet);
  assert.is(readFileSync(path("hd.toml"), "utf8"), text.replace("[hosts.lab1]", "[hosts.lab2]"));
  assert.equal([keysOf("lab2"), keysOf("lab1")], [key, []]);
  assert.equal([existsSync(seed("lab1")), existsSync(seed("lab2"))], [false, true]);
  await server.reload();
  await others.undisturbed();
  const lab2 = await server.signIn(path("on-the-host.nk"), "lab2");
  lab2.subscribe("_INBOX_lab2.>");
  await lab2.flush();
  await lab2.close();
  assert.equal(await consumers(), ["host_lab2", "host_web1"]);
});

test("a person comes and goes, and nobody else notices", async () => {
  const others = await staying("web1", "lab2", "alice", "bob", "provisioner");
  await done("user", "add", "carol", "--role", "deployer", "--tier", "test", "--action", "dry-activate", ...fleet);
  await server.reload();
  const carol = await server.signIn(seed("carol"), "carol");
  await done("user", "remove", "carol", ...fleet);
  await server.reload();
  await carol.closed();
  await refused(seed("carol"), "carol");
  await others.undisturbed();
});

test("a key is replaced while its holder is connected: both work, and at the end the new one alone", async () => {
  const others = await staying("lab2", "alice", "provisioner");
  const [old = ""] = keysOf("web1");
  const connected = await server.signIn(seed("web1"), "web1");
  copyFileSync(seed("web1"), path("old.nk"));
  await done("key", "rotate", "web1", ...fleet);
  await server.reload();
  assert.not.ok(connected.isClosed());
  await connected.flush();
  assert.is(keysOf("web1")[1], old);
  assert.is(readFileSync(path("keys/web1.old.nk"), "utf8"), readFileSync(path("old.nk"), "utf8"));
  const next = await server.signIn(seed("web1"), "web1");
  assert.match((await hd("key", "rotate", "web1", ...fleet)).err, "web1 has two keys already");
  await done("key", "rotate", "web1", "--finish", ...fleet);
  assert.not.ok(existsSync(path("keys/web1.old.nk")));
  await server.reload();
  await connected.closed();
  await refused(path("old.nk"), "web1");
  await next.flush();
  assert.is(keysOf("web1").length, 1);
  await others.undisturbed();
});

test("while the server is away files are edited, the command ends with 5, and what is left is told", async () => {
  await server.stop();
  const added = await hd("host", "add", "test/lab3", ...fleet);
  assert.is(added.code, 5);
  assert.match(
    added.err,
    /The files are written, and the log is as it was: .* When it can be reached, run: hd streams apply --fleet /,
  );
  assert.equal(keysOf("lab3").length, 1);
  const removed = await hd("host", "remove", "lab2", ...fleet);
  assert.is(removed.code, 5);
  assert.match(removed.err, "When it can be reached, run this again: lab2 still has its place there.");
  await server.start();
  await done("streams", "apply", ...fleet);
  assert.match(await done("host", "remove", "lab2", ...fleet), "consumer host_lab2 deleted");
  assert.equal(await consumers(), ["host_lab3", "host_web1"]);
  assert.match((await hd("host", "remove", "lab2", ...fleet)).err, "there is no host lab2 in the fleet");
});

test.run();
