/** Changes of one fleet by several processes at once, and signals in the middle of one: nothing is lost, nothing is left. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { spawned } from "../../e2e/support/spawned.ts";
import { type FleetFolder, fleetFolder, fleetText } from "../support/fleet-folder.ts";

const test = suite("cli/fleet");

const program = [process.execPath, "--import", "tsx", join(import.meta.dirname, "../../../cli/main.ts")] as const;

const started = ({ path }: FleetFolder, ...words: readonly string[]) =>
  spawned(program, words, { XDG_CONFIG_HOME: path("config") });

test("hosts and people that processes add at the same time are all there", async () => {
  const folder = fleetFolder();
  await folder.hd("init", folder.dir);
  const to = ["--fleet", folder.dir];
  const all = [
    ...["h1", "h2", "h3"].map((name) => ["host", "add", `prod/${name}`, "--offline", ...to]),
    ["user", "add", "bob", "--role", "auditor", ...to],
    ["key", "rotate", "web1", ...to],
  ].map((words) => started(folder, ...words));
  for (const one of all) assert.is((await one.exited).code, 0, one.err());
  const keys = folder.json("public-keys.json") as Readonly<Record<string, readonly string[]>>;
  for (const name of ["h1", "h2", "h3", "bob"]) {
    assert.match(folder.read("hd.toml"), `.${name}]\n`);
    assert.is(keys[name]?.length, 1);
    assert.match(folder.read("nats-server.conf"), keys[name]?.[0] ?? "missing");
  }
  assert.is(keys["web1"]?.length, 2);
  assert.match((await folder.hd("init", folder.dir)).err, "nothing to change");
});

test("what an editor saves in the middle is not written over", async () => {
  const edited = `${fleetText}\n[people.bob]\nrole = "auditor"\n`;
  const folder: FleetFolder = fleetFolder(fleetText, undefined, {
    // Is asked for when everything has been read and nothing is written.
    keyMaker: async () => {
      folder.write("hd.toml", edited);
      const { keyMaker } = await import("../../../lib/nats/key-maker.ts");
      return keyMaker;
    },
  });
  const { exit, out, err } = await folder.hd("host", "add", "prod/h1", "--offline", "--fleet", folder.dir);
  assert.equal([exit, out], [2, ""]);
  assert.match(err, /hd\.toml was changed meanwhile, and not by this command; run it again\. Nothing was changed\.\n$/);
  assert.equal(Object.keys(folder.all()), [folder.path("hd.toml")]);
  assert.is(folder.read("hd.toml"), edited);
});

const draftsIn = (dir: string) => readdirSync(dir).filter((name) => name.endsWith(".new"));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} while seeds are written leaves none of them`, async () => {
    const hosts = Array.from({ length: 500 }, (_, n) => `[hosts.h${n}]\ntier = "prod"\n`);
    const folder = fleetFolder(fleetText + hosts.join(""));
    mkdirSync(folder.path("keys"));
    const running = started(folder, "init", folder.dir);
    while (draftsIn(folder.path("keys")).length === 0) await wait(1);
    running.signal(signal);
    const { code } = await running.exited;
    assert.equal(draftsIn(folder.path("keys")), []);
    assert.not.ok(folder.has(".hd.lock"));
    // It may have been past the point where it can still be ended.
    if (code === 0) assert.ok(folder.has("nats-server.conf"));
    else {
      assert.match(running.err(), "error: Interrupted. Nothing was changed.\n");
      assert.equal(readdirSync(folder.path("keys")), []);
    }
  });
}

test.run();
