/**
 * `docs/first-fleet.md`, as somebody who follows it: every command of the page is run in its order, on a real server with the
 * configuration that the page makes, and prints what the page says that one should see. What NixOS does there (the server's unit,
 * the listeners') is done by hand here, and the builds are simulated.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { listenerArgv } from "../../cli/up/listener-argv.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { hostName, role, tier } from "../support/fixtures.ts";
import { makePlaygroundFlake } from "../support/flake.ts";
import { fleetServer } from "../support/fleet-server.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/nats.ts";
import { buildBundle } from "./support/bundle.ts";
import { fileIn, missing, type Step, stepsOf, wordsOf } from "./support/guide.ts";
import { type ListenerProcess, listenerProcess } from "./support/listener-process.ts";
import { spawned } from "./support/spawned.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/first-fleet.md"), "utf8");
const test = suite("e2e: the guide to the first fleet");
const program = buildBundle();
const dir = temporaryFolder();
const path = (name: string): string => join(dir, name);
const port = await freePort();
const url = `nats://127.0.0.1:${port}`;

const hosts: readonly HostIdentity[] = [
  { hostname: hostName("hub"), tier: tier("prod"), roles: [role("server")] },
  { hostname: hostName("web1"), tier: tier("prod"), roles: [role("web")] },
  { hostname: hostName("lab1"), tier: tier("test"), roles: [] },
];

/** The page's own, but for where the server listens and stores. */
const fleetFile = fileIn(page, "toml").replace(
  'urls = ["nats://hub.example.org:4222"]',
  `urls = ["${url}"]\nlisten = "127.0.0.1:${port}"\nstore_dir = "${path("store")}"`,
);

const server = await fleetServer(test, path("fleet/nats-server.conf"), url);
const flake = await makePlaygroundFlake(
  path("flake"),
  hosts.map(({ hostname }) => hostname),
);

const listeners: ListenerProcess[] = [];
test.after(() => Promise.all(listeners.map((listener) => listener.kill())).then(() => undefined));

const listen = async (): Promise<void> => {
  for (const host of hosts) {
    const stateDir = path(host.hostname);
    mkdirSync(stateDir);
    const keyFile = path(`fleet/keys/${host.hostname}.nk`);
    const settings = { url, keyFile, trustedKeysFile: path("fleet/trusted-keys.json"), flakeUrl: flake.url, stateDir };
    listeners.push(listenerProcess(listenerArgv(program, host, { ...settings, engine: "simulated" })));
  }
  await Promise.all(listeners.map((listener) => listener.listening()));
};

/** What a person does between the commands, before the one that has this number among those of the page. */
const between = (steps: readonly Step[]): ReadonlyMap<number, () => Promise<void>> => {
  const nth = (command: string, n = 0): number =>
    steps.flatMap((step, index) => (step.command === command ? [index] : []))[n] ?? -1;
  return new Map([
    [nth("hd init fleet", 1), async () => writeFileSync(path("fleet/hd.toml"), fleetFile)],
    [nth("hd streams apply --fleet fleet"), server.start],
    [nth("hd hosts", 1), listen],
  ]);
};

const env: Record<string, string> = { HOME: dir, XDG_CONFIG_HOME: path(".config"), NO_COLOR: "1" };

/** Nobody sees where the server really listens. */
const asTold = (text: string): readonly string[] =>
  text.replaceAll(`127.0.0.1:${port}`, "hub.example.org:4222").replaceAll(`${dir}/`, "").split("\n");

const run = async (command: string): Promise<readonly string[]> => {
  const [first = "", ...words] = wordsOf(command);
  if (first === "export") {
    const [name = "", value = ""] = (words[0] ?? "").split("=");
    env[name] = value;
    return [];
  }
  assert.is(first, "hd", `only hd and export can be run here: ${command}`);
  const ran = spawned(program, words, env, dir);
  const { code } = await ran.exited;
  assert.is(code, command.includes("--revision broken") ? 1 : 0, `${command}\n${ran.out()}${ran.err()}`);
  return asTold(command.startsWith("hd init") ? ran.out() + ran.err() : ran.err() + ran.out());
};

test("each command prints what the page says", async () => {
  const steps = stepsOf(page);
  const acts = between(steps);
  assert.is(acts.size, 3);
  assert.ok(steps.length > 12);
  for (const [index, { command, output }] of steps.entries()) {
    await acts.get(index)?.();
    const actual = await run(command);
    const lacking = missing(output, actual);
    assert.is(lacking, undefined, `$ ${command}\nlacks: ${lacking}\nit printed:\n${actual.join("\n")}`);
  }
});

test.run();
