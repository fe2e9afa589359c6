/** `hd key rotate`: two keys while it goes on, never three, and at the end the new one alone. */
import { rmSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fleetFolder, fleetText } from "../support/fleet-folder.ts";

const test = suite("cli/key");

const started = async () => {
  const folder = fleetFolder(fleetText);
  await folder.hd("init", folder.dir);
  const rotate = (...words: readonly string[]) => folder.hd("key", "rotate", ...words, "--fleet", folder.dir);
  const keys = (name: string) => folder.json("public-keys.json")[name] as readonly string[];
  return { folder, rotate, keys };
};

test("the new key stands first, the old one works on, and both are shown to the server and to listeners", async () => {
  const { folder, rotate, keys } = await started();
  const [old = ""] = keys("alice");
  const seed = folder.read("keys/alice.nk");
  const { exit, out, err } = await rotate("alice");
  assert.is(exit, 0, err);
  const [next = "", second] = keys("alice");
  assert.is(second, old);
  assert.is.not(next, old);
  assert.match(out, next);
  assert.is(folder.read("keys/alice.old.nk"), seed);
  assert.is(folder.mode("keys/alice.nk"), 0o600);
  for (const file of ["nats-server.conf", "nats-settings.nix", "trusted-keys.json"]) {
    assert.match(folder.read(file), next);
    assert.match(folder.read(file), old);
  }
  assert.is(folder.read("hd.toml"), fleetText);
  assert.match(
    err,
    /Next\n {2}the new seed, \S+alice\.nk, works only after nats-server\.conf is on the server and reloaded; until then it is the old one in \S+alice\.old\.nk that works, while the NATS context home-alice names the new one already\n/,
  );
  assert.match(err, /then give alice the new seed; the old one works on as well\n {2}hd key rotate alice --finish/);
});

test("hd init in between changes nothing", async () => {
  const { folder, rotate } = await started();
  await rotate("web1");
  assert.match((await folder.hd("init", folder.dir)).err, "nothing to change");
});

test("a second rotation waits for the end of the first; the end leaves the new key alone", async () => {
  const { folder, rotate, keys } = await started();
  await rotate("web1");
  const [next = "", old = ""] = keys("web1");
  const again = await rotate("web1");
  assert.is(again.exit, 2);
  assert.match(again.err, "Nothing was changed: web1 has two keys already; first run hd key rotate web1 --finish");
  const finished = await rotate("web1", "--finish");
  assert.is(finished.exit, 0, finished.err);
  assert.equal(keys("web1"), [next]);
  assert.not.ok(folder.has("keys/web1.old.nk"));
  assert.not.match(folder.read("nats-server.conf"), old);
  assert.match(finished.err, `who still signs in with ${old} is disconnected then`);
  assert.is((await rotate("web1")).exit, 0);
});

test("a seed that went to its host is replaced without it", async () => {
  const { folder, rotate, keys } = await started();
  rmSync(folder.path("keys/web1.nk"));
  assert.is((await rotate("web1")).exit, 0);
  assert.is(keys("web1").length, 2);
  assert.equal([folder.has("keys/web1.nk"), folder.has("keys/web1.old.nk")], [true, false]);
  assert.is((await rotate("web1", "--finish")).exit, 0);
});

test("what cannot be rotated is told, and nothing is changed", async () => {
  const { folder, rotate } = await started();
  const before = JSON.stringify(folder.all());
  assert.match((await rotate("web1", "--finish")).err, "Nothing was changed: the key of web1 is not being rotated.");
  assert.match((await rotate("wbe1")).err, "there is no host, person or service wbe1 in the fleet. Did you mean web1?");
  assert.is(JSON.stringify(folder.all()), before);
  const fresh = fleetFolder(fleetText);
  const { exit, err } = await fresh.hd("key", "rotate", "web1", "--fleet", fresh.dir);
  assert.is(exit, 2);
  assert.match(err, /web1 has no key yet; run hd init /);
});

test.run();
