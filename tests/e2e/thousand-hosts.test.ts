/** A fleet of a thousand hosts, by the program as it is shipped: a real server starts with what it wrote, and knows them. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fleetServer } from "../support/fleet-server.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/nats.ts";
import { buildBundle } from "./support/bundle.ts";
import { spawned } from "./support/spawned.ts";

const test = suite("e2e: a thousand hosts");
const dir = temporaryFolder();
const port = await freePort();
const url = `nats://127.0.0.1:${port}`;
const count = 1_000;

const host = (_: unknown, n: number): string => `[hosts.web${n}]\ntier = "prod"\nroles = ["web", "rack${n % 20}"]\n`;

writeFileSync(
  join(dir, "hd.toml"),
  `[server]
urls = ["${url}"]
listen = "127.0.0.1:${port}"
store_dir = "${join(dir, "store")}"
vault = true
[tiers.prod]
${Array.from({ length: count }, host).join("")}[people.alice]
role = "admin"
`,
);

const program = buildBundle();
const server = await fleetServer(test, join(dir, "nats-server.conf"), url);

test("hd init writes a key for each, private, all different", async () => {
  const ran = spawned(program, ["init", dir], { XDG_CONFIG_HOME: join(dir, "config") });
  assert.equal(await ran.exited, { code: 0, signal: null }, ran.err());
  const seeds = readdirSync(join(dir, "keys")).filter((name) => name.endsWith(".nk"));
  assert.is(seeds.length, count + 3);
  assert.ok(seeds.every((name) => (statSync(join(dir, "keys", name)).mode & 0o777) === 0o600));
  const keys: Readonly<Record<string, readonly string[]>> = JSON.parse(
    readFileSync(join(dir, "public-keys.json"), "utf8"),
  );
  assert.is(new Set(Object.values(keys).flat()).size, count + 3);
});

test("the server starts with it, and knows the first and the last", async () => {
  await server.start();
  for (const name of ["web0", `web${count - 1}`, "alice", "provisioner", "vault"]) {
    await (await server.signIn(join(dir, "keys", `${name}.nk`), name)).close();
  }
});

test("a second run finds all of it as it should be", async () => {
  const ran = spawned(program, ["init", dir], { XDG_CONFIG_HOME: join(dir, "config") });
  assert.equal(await ran.exited, { code: 0, signal: null }, ran.err());
  assert.match(ran.err(), "nothing to change");
  assert.is(ran.out(), "");
});

test.run();
