/** `hd doctor` with each fault made real on a real server, and with none. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logStream } from "../../../lib/contract/log-names.ts";
import { startServer } from "../../../lib/server/start.ts";
import { runInProcess } from "../../e2e/support/in-process.ts";
import { rightOf } from "../../support/either.ts";
import { requester } from "../../support/fixtures.ts";
import { natsBinary, openConfig, temporaryFolder } from "../../support/nats.ts";
import { owner, startWorld, tiers } from "../../support/nats-world.ts";
import { enrolled, identity } from "../support/fleet.ts";
import { world as memoryWorld } from "../support/world.ts";

const test = suite("cli/doctor");

const dir = temporaryFolder();
const web1 = identity("prod/web1:web");
const { addresses } = enrolled("prod/web1:web");
const world = await startWorld([
  { kind: "host", hostname: web1.hostname, addresses },
  { kind: "deployer", requester: requester("alice"), tiers },
]);
test.after(async () => {
  await world.close();
  await world.server.stop();
});

const nowhere = { XDG_CONFIG_HOME: join(dir, "no-contexts") };
const as = (name: string) => ({
  ...nowhere,
  NATS_URL: world.server.url,
  NATS_NKEY: world.keys.get(name),
  HOMELAB_DEPLOY_REQUESTER: name,
});

interface Item {
  readonly check: string;
  readonly mark: string;
  readonly text: string;
  readonly remedy: string | null;
}

/** Every finding by its check; each that is not well has one remedy. */
const examine = async (env: Readonly<Record<string, string | undefined>>, ...words: readonly string[]) => {
  const { code, out } = await runInProcess(["doctor", "-o", "json", ...words], env);
  const { checks }: { readonly checks: readonly Item[] } = JSON.parse(out);
  for (const { check, mark, remedy } of checks)
    assert.is(remedy !== null, mark === "warn" || mark === "fail", `${check} has a remedy if it needs one`);
  const marked = (mark: string) => checks.filter((one) => one.mark === mark).map(({ check }) => check);
  const textOf = (name: string): string => checks.find(({ check }) => check === name)?.text ?? "";
  return { code, marked, textOf };
};

const onLog = ["log", "room", "copies", "places", "hosts"];
const onServer = ["encryption", "identity", "clock", "permissions", "JetStream", ...onLog];

test("no server", async () => {
  const { code, marked, textOf } = await examine({ ...nowhere, NATS_URL: "nats://127.0.0.1:1" });
  assert.is(code, 1);
  assert.equal(marked("fail"), ["server"]);
  assert.equal(marked("skipped"), onServer);
  assert.match(textOf("server"), "connection refused");
  assert.is(textOf("log"), "not checked: no server");
});

test("settings that contradict each other", async () => {
  const { code, marked } = await examine(nowhere, "--user", "alice");
  assert.is(code, 1);
  assert.equal(marked("fail"), ["settings"]);
  assert.equal(marked("skipped"), ["server", ...onServer]);
});

test("a key that the server does not know, and a key file that cannot be used", async () => {
  const stranger = await examine({ ...as("alice"), NATS_NKEY: undefined });
  assert.equal(stranger.marked("fail"), ["server"]);
  assert.match(stranger.textOf("server"), "does not accept this identity");
  const missing = await examine({ ...as("alice"), NATS_NKEY: join(dir, "missing.nk") });
  assert.equal(missing.marked("fail"), ["files"]);
  assert.match(missing.textOf("files"), "does not exist");
});

test("no log", async () => {
  const { code, marked, textOf } = await examine(as("alice"));
  assert.is(code, 1);
  assert.equal(marked("fail"), ["log"]);
  assert.equal(marked("skipped"), onLog.slice(1));
  assert.match(textOf("log"), "does not exist on this server");
});

test("no JetStream", async () => {
  const server = rightOf(
    await startServer({ binary: await natsBinary(), config: "", dir: mkdtempSync(join(dir, "plain-")) }),
  );
  const { code, marked } = await examine({ ...nowhere, NATS_URL: server.url });
  await server.stop();
  assert.is(code, 1);
  assert.equal(marked("fail"), ["JetStream"]);
  assert.equal(marked("warn"), ["permissions"]);
});

test("all is well but for a host that is away; it is a failure only where it has to be there", async () => {
  await world.apply({ hosts: [[web1.hostname, addresses]] });
  const { code, marked, textOf } = await examine(as("alice"));
  assert.is(code, 0);
  assert.equal([marked("fail"), marked("warn"), marked("skipped")], [[], ["hosts"], []]);
  assert.is(textOf("hosts"), "away: web1");
  assert.equal((await examine(as("alice"), "--host", "web1")).marked("fail"), ["hosts"]);
  assert.equal((await examine(as("alice"), "--host", "web2")).marked("fail"), ["places"]);
});

test("with the listener there, nothing is left to say", async () => {
  const host = await world.listener(web1, addresses);
  rightOf(await host.work.start(() => undefined)());
  const { code, marked, textOf } = await examine(as("alice"), "--host", "web1");
  await host.close();
  assert.is(code, 0);
  assert.equal([marked("fail"), marked("warn"), marked("skipped")], [[], [], []]);
  assert.is(textOf("hosts"), "present: web1");
  assert.is(
    textOf("permissions"),
    "may deploy in prod, test; ask for builds; read the log; silence and acknowledge alerts",
  );
});

test("a key by the wrong name, and one that may look at nothing", async () => {
  const wrong = await examine(as("alice"), "--as", "bob");
  assert.is(wrong.code, 1);
  assert.equal(wrong.marked("fail"), ["identity"]);
  assert.equal(wrong.marked("skipped"), ["clock", "permissions", ...onLog]);
  const host = await examine(as("web1"));
  assert.is(host.code, 0);
  assert.equal(host.marked("skipped"), onLog);
  assert.match(host.textOf("log"), "this identity may not look at it");
});

test("an identity that may do anything is warned of", async () => {
  assert.match((await examine(as(owner))).textOf("permissions"), "may do anything, also delete the log");
});

test("a log that has drifted, and one that is nearly full", async () => {
  const manager = await jetstreamManager(await world.raw(owner));
  const { config } = await manager.streams.info(logStream);
  await manager.streams.update(logStream, { ...config, max_age: 3_600_000_000_000 });
  const drifted = await examine(as("alice"));
  assert.is(drifted.code, 1);
  assert.equal(drifted.marked("fail"), ["log"]);
  assert.match(drifted.textOf("log"), "maxAgeMs is 3600000 instead of 0");
  await manager.streams.update(logStream, { ...config, max_bytes: 1 });
  assert.ok((await examine(as("alice"))).marked("fail").includes("room"));
  await manager.streams.update(logStream, config);
});

test("a flake that can be read, one that cannot, and what a host needs", async () => {
  const machine = (refs: number | undefined, missing: readonly string[]) =>
    memoryWorld({
      machine: {
        refs: () => async () =>
          refs === undefined
            ? { _tag: "Left", left: { code: "unreachable", message: "It could not be read: gone. Check the address." } }
            : { _tag: "Right", right: refs },
        resolve: () => async () => ({ _tag: "Left", left: { code: "unreachable", message: "nobody asks" } }),
        missing: async () => missing,
      },
    });
  const good = machine(3, []);
  assert.is(await good.hd("doctor", "--flake-url", "git+file:///f", "--on-host"), 1);
  assert.match(good.out(), /^ok +flake +can be read, with 3 branches and tags$/m);
  assert.match(good.out(), /^ok +programs +git, nix, nixos-rebuild are there$/m);
  const bad = machine(undefined, ["nix"]);
  await bad.hd("doctor", "--flake-url", "git+file:///f", "--on-host");
  assert.match(bad.out(), /^fail +flake +It could not be read: gone$/m);
  assert.match(bad.out(), /^fail +programs +not on PATH: nix\n +Put them into the path of the listener's unit\.$/m);
});

test("for people: a line each, the remedy below, a count at the end, and no escape of a server's", async () => {
  const file = join(dir, "token");
  writeFileSync(file, "hush", { mode: 0o600 });
  const server = rightOf(
    await startServer({
      binary: await natsBinary(),
      config: `authorization { token: "hush" }\n${openConfig}`,
      dir: mkdtempSync(join(dir, "token-")),
    }),
  );
  const { code, out } = await runInProcess(["doctor", "--nats-url", server.url, "--token-file", file], nowhere);
  await server.stop();
  assert.is(code, 1);
  assert.match(out, /^ok +settings +nats:\S+ \(--nats-url\), credentials: --token-file, as nobody \(login name\)$/m);
  assert.match(out, /^fail +log .*\n +Create it with `hd streams apply`\.$/m);
  assert.match(out, /^12 checks, 1 failed, 1 with a warning, 4 not made$/m);
  assert.not.match(out, "hush");
});

test.run();
