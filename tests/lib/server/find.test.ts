/**
 * The order of the places, with programs that only say a version, and one real download with the machine's own apt into a
 * cache of its own.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../../lib/nix/process.ts";
import { debianPackage } from "../../../lib/server/debian-package.ts";
import { findServer } from "../../../lib/server/find.ts";
import { natsServer } from "../../../lib/server/program.ts";
import { keepProgram, keptPrograms } from "../../../lib/server/server-cache.ts";
import { programVersion } from "../../../lib/server/server-version.ts";

const test = suite("lib/server/find");
const dir = mkdtempSync(join(tmpdir(), "hd-find-"));
const architecture = process.arch === "x64" ? "amd64" : process.arch;

test.after(() => rmSync(dir, { recursive: true, force: true }));

const program = (path: string, body: string, mode = 0o755): string => {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, body, { mode });
  return file;
};

const server = (path: string, version: string): string => program(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);

/** Nothing of the machine is found in here: neither a server nor apt. */
const nowhere = (name: string) => ({ PATH: join(dir, name, "bin"), XDG_CACHE_HOME: join(dir, name, "cache") });
const cached = (name: string, version: string): string =>
  `${name}/cache/homelab-deploy/nats-server/${version}-${architecture}/nats-server`;

const find = async (env: NodeJS.ProcessEnv) => {
  const said: string[] = [];
  const found = await findServer({ env, say: (line) => said.push(line) });
  assert.equal(said, [], "the network was asked");
  return found._tag === "Right" ? found.right : found.left.message;
};

test("HD_NATS_SERVER comes before a newer one on PATH", async () => {
  server("a/bin/nats-server", "2.15.1");
  const binary = server("a/named", "2.10.0");
  const found = await find({ ...nowhere("a"), HD_NATS_SERVER: binary });
  assert.equal(found, { binary, version: "2.10.0", from: "named by HD_NATS_SERVER" });
});

test("HD_NATS_SERVER that cannot be used is refused, and nothing else is taken for it", async () => {
  server("b/bin/nats-server", "2.15.1");
  const refusals: readonly (readonly [string, string])[] = [
    [join(dir, "b/none"), "does not exist"],
    [program("b/no-permission", "", 0o644), "does not run"],
    [program("b/no-loader", "#!/no/such/loader\n"), "the loader it was linked for is missing"],
    [program("b/other", "#!/bin/sh\necho 2.15.1\n"), "is not a nats-server"],
    [program("b/fails", "#!/bin/sh\necho nats-server: v2.15.1\nexit 1\n"), "is not a nats-server"],
    [server("b/old", "2.9.25"), "is 2.9.25, older than 2.10"],
  ];
  for (const [path, reason] of refusals) {
    const found = await find({ ...nowhere("b"), HD_NATS_SERVER: path });
    assert.match(String(found), `HD_NATS_SERVER cannot be used: ${path} `);
    assert.match(String(found), reason);
  }
});

test("an empty HD_NATS_SERVER is none; PATH comes before the cache", async () => {
  const binary = server("c/bin/nats-server", "2.10.27");
  server(cached("c", "2.15.1"), "2.15.1");
  const found = await find({ ...nowhere("c"), HD_NATS_SERVER: "" });
  assert.equal(found, { binary, version: "2.10.27", from: "on PATH" });
});

test("from the cache comes the newest that runs here, when PATH has none that will do", async () => {
  server("d/bin/nats-server", "2.9.10");
  program(cached("d", "2.16.0"), "half a fi");
  server(cached("d", "2.9.99"), "2.9.99");
  server(cached("d", "2.10.27"), "2.10.27");
  const binary = server(cached("d", "2.15.1"), "2.15.1");
  server("d/cache/homelab-deploy/nats-server/2.99.0-other/nats-server", "2.99.0");
  mkdirSync(join(dir, "d/cache/homelab-deploy/nats-server", `2.17.0-${architecture}`));
  const found = await find(nowhere("d"));
  assert.equal(found, { binary, version: "2.15.1", from: "from the distribution's package, cached" });
});

test("nothing anywhere: the error says what was tried and names three ways out", async () => {
  server("e/bin/nats-server", "2.9.10");
  const message = String(await find(nowhere("e")));
  const lines = message.split("\n").map((line) => line.trim());
  assert.is(lines[0], "no nats-server 2.10 or newer was found. Tried:");
  assert.is(lines[1], "- HD_NATS_SERVER: not set");
  assert.is(lines[2], `- PATH: ${join(dir, "e/bin/nats-server")} is 2.9.10, older than 2.10`);
  assert.is(lines[3], "- cache: empty");
  assert.match(lines[4] ?? "", /^- package: (cannot start apt-config|this is neither Debian nor Ubuntu)/);
  for (const way of ["nix develop", "a package manager", "HD_NATS_SERVER="]) assert.match(message, `\n  - ${way}`);
});

test("the cache never shows half a file, however many write at once", async () => {
  const env = nowhere("f");
  const binary = program("f/nats-server", `#!/bin/sh\necho "nats-server: v2.15.1"\nexit\n${"#".repeat(4_000_000)}\n`);
  const write = () => keepProgram(natsServer, env, { binary, version: "2.15.1" }, architecture);
  const kept = await write();
  const writes = Promise.all(Array.from({ length: 10 }, write));
  for (let reads = 0; reads < 20; reads++) assert.equal((await programVersion(natsServer, kept, env))._tag, "Right");
  assert.equal(new Set(await writes), new Set([kept]));
  assert.equal(readdirSync(dirname(kept)), ["nats-server"]);
  assert.equal(await keptPrograms(natsServer, env, architecture), [{ binary: kept, version: "2.15.1" }]);
});

test("the distribution's package: downloaded by the machine's apt, kept, then found without asking anyone", async () => {
  if ((await run(["apt-get", "--version"], { timeoutMs: 20_000 })).missing) {
    console.log("skip: this machine has no apt-get");
    return;
  }
  if (process.env["HD_NATS_SERVER"]) {
    console.log("skip: HD_NATS_SERVER names a server, so nothing is downloaded");
    return;
  }
  const said: string[] = [];
  const env = { ...process.env, ...nowhere("g"), PATH: process.env["PATH"] };
  const downloaded = await debianPackage({ program: natsServer, env, architecture, say: (line) => said.push(line) });
  if (downloaded._tag === "Left") throw new Error(downloaded.left);
  assert.match(
    said.join("\n"),
    /^reading the package list of (debian|ubuntu) \w+\n(.*\n)*downloading the package nats-server/,
  );
  const found = await find(nowhere("g"));
  assert.equal(found, { ...downloaded.right, from: "from the distribution's package, cached" });
});

test.run();
