/** What is wrong before anything is sent: target, key, server, log. Each is said with its exit code and what to do about it. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startServer } from "../../lib/server/start.ts";
import { rightOf } from "../support/either.ts";
import { fleetIdentities, startFleet } from "../support/fleet.ts";
import { freePort } from "../support/free-port.ts";
import { natsBinary, temporaryFolder } from "../support/nats.ts";
import { startWorld } from "../support/nats-world.ts";
import { runInProcess } from "./support/in-process.ts";
import { listenerProcess } from "./support/listener-process.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: cannot start");
const fleet = await startFleet(test);
const dir = temporaryFolder();
const deploy = ["deploy", "test/lab1", "-r", "v1"] as const;

/** What is said when `hd deploy` ends like this; nothing has come into the log. */
const refused = async (exit: number, words: readonly string[], env = fleet.env("alice")): Promise<string> => {
  const before = await fleet.log.end()();
  const { code, out, err } = await runInProcess(words, env);
  assert.is(code, exit, err);
  assert.is(out, "");
  assert.equal(await fleet.log.end()(), before);
  await theLogIsTrue(fleet);
  return err;
};

/** What a listener says last; it ends by itself. */
const lastWord = async (words: readonly [string, ...string[]], exit: number): Promise<string> => {
  const listener = listenerProcess(words);
  assert.equal(await listener.exited, { code: exit, signal: null }, listener.err());
  return listener.err();
};

const replaced = (words: readonly [string, ...string[]], option: string, value: string): [string, ...string[]] => {
  const [file, ...rest] = words;
  return [file, ...rest.map((word, n) => (rest[n - 1] === option ? value : word))];
};

test("a target that nobody serves: what may have been meant", async () => {
  const said = await refused(2, ["deploy", "prod/web3"]);
  assert.match(said, /No host serves prod\/web3, so nothing was sent.*Did you mean .*prod\/web1/);
});

test("one bad target among good ones: nothing is sent at all", async () => {
  assert.match(await refused(2, ["deploy", "test/lab1", "prod/role/web", "staging/all"]), "staging/all");
});

test("a revision that cannot be one never reaches the log", async () => {
  for (const revision of ["--option", "main; rm -rf /", "../x", "x".repeat(300)]) {
    assert.match(await refused(2, ["deploy", "test/lab1", `--revision=${revision}`]), "revision: must be");
  }
});

const keys: Readonly<Record<string, { readonly contents?: string; readonly mode?: number; readonly says: RegExp }>> = {
  missing: { says: /missing\.nk does not exist/ },
  empty: { contents: "", says: /empty\.nk is empty.*Write the seed/s },
  words: { contents: "correct horse battery staple", says: /words\.nk does not hold an NKey seed/ },
  open: { contents: "S", mode: 0o644, says: /open\.nk can be read or changed by others \(mode 0644\).*chmod 600/s },
};

for (const [name, { contents, mode = 0o600, says }] of Object.entries(keys)) {
  test(`a key file that cannot be used (${name}): for a command and for a listener`, async () => {
    const file = join(dir, `${name}.nk`);
    if (contents !== undefined) writeFileSync(file, contents);
    if (contents !== undefined) chmodSync(file, mode);
    assert.match(await refused(4, deploy, { ...fleet.env("alice"), HOMELAB_DEPLOY_NKEY_FILE: file }), says);
    assert.match(await lastWord(replaced(fleet.listenerWords("lab1"), "--nkey-file", file), 4), says);
    await theLogIsTrue(fleet);
  });
}

test("a key that is another's: the server does not let it speak in that name", async () => {
  const said = await refused(4, [...deploy, "--as", "bob"]);
  assert.match(said, /may not|does not accept|does not know this key by the name/);
});

test("a tier that this key has nothing to do with", async () => {
  assert.match(
    await refused(4, ["deploy", "prod/web1", "-r", "v1"], fleet.env("bob")),
    /may not publish to hd\.req\.bob\.prod/,
  );
});

test("a key that the server does not know: for a command and for a listener", async () => {
  const stranger = (await startWorldOfStrangers()).keys;
  const file = stranger.get("alice") ?? "";
  assert.match(
    await refused(4, deploy, { ...fleet.env("alice"), HOMELAB_DEPLOY_NKEY_FILE: file }),
    "does not accept this identity",
  );
  assert.match(
    await lastWord(replaced(fleet.listenerWords("lab1"), "--nkey-file", file), 4),
    "does not accept this identity",
  );
  await theLogIsTrue(fleet);
});

const startWorldOfStrangers = async () => {
  const world = await startWorld(fleetIdentities);
  await world.server.stop();
  return world;
};

test("no server: what was tried", async () => {
  const servers = [await freePort(), await freePort()].map((port) => `nats://127.0.0.1:${port}`);
  const env = { ...fleet.env("alice"), HOMELAB_DEPLOY_NATS_URL: servers.join(",") };
  for (const words of [deploy, ["hosts"], ["history"], ["show", "x"], ["watch", "x"]]) {
    const said = await refused(5, words, env);
    for (const server of servers) assert.match(said, server);
    assert.match(said, "Check the address, and that nats-server runs there");
  }
});

test("a server without JetStream", async () => {
  const server = rightOf(await startServer({ binary: await natsBinary(), config: "", dir: join(dir, "plain") }));
  const said = await refused(5, deploy, { HOMELAB_DEPLOY_NATS_URL: server.url, HOMELAB_DEPLOY_REQUESTER: "alice" });
  assert.match(said, /JetStream is not enabled/);
  const env = { HOMELAB_DEPLOY_NATS_URL: server.url, HOMELAB_DEPLOY_REQUESTER: "alice" };
  assert.match(await refused(5, ["streams", "apply"], env), /JetStream is not enabled/);
  await server.stop();
});

test("a server without the log: the command that makes it", async () => {
  const world = await startWorld(fleetIdentities);
  const env = {
    HOMELAB_DEPLOY_NATS_URL: world.server.url,
    HOMELAB_DEPLOY_NKEY_FILE: world.keys.get("alice"),
    HOMELAB_DEPLOY_REQUESTER: "alice",
  };
  assert.match(await refused(5, deploy, env), /does not exist.*`hd streams apply/);
  const words = replaced(fleet.listenerWords("lab1"), "--nats-url", world.server.url);
  const listener = replaced(words, "--nkey-file", world.keys.get("lab1") ?? "");
  assert.match(await lastWord(listener, 5), /does not exist.*`hd streams apply --host test\/lab1/);
  await world.server.stop();
});

test("a log without a place for the host: the command that makes one", async () => {
  const world = await startWorld(fleetIdentities);
  await world.apply();
  const words = replaced(fleet.listenerWords("lab1"), "--nats-url", world.server.url);
  const listener = replaced(words, "--nkey-file", world.keys.get("lab1") ?? "");
  assert.match(await lastWord(listener, 5), /keeps no place for lab1.*`hd streams apply --host test\/lab1`/);
  await world.close();
  await world.server.stop();
});

test("a listener whose settings cannot be right says so before it connects", async () => {
  const words = fleet.listenerWords("lab1");
  assert.match(await lastWord(replaced(words, "--flake-url", "http//nonsense"), 2), /flake/i);
  assert.match(await lastWord([...words, "--deploy-subject", "deploy.<teir>.x"], 2), "<teir> is not a variable");
  assert.match(
    await lastWord(replaced(words, "--state-dir", join(dir, "empty.nk", "state")), 1),
    "The state folder cannot be used",
  );
  await theLogIsTrue(fleet);
});

test.run();
