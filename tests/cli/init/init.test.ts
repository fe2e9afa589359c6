/** `hd init`: what it writes, that a second run changes nothing, that an edit changes what it is about, and what it refuses. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createAccount } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newKey } from "../../../lib/nats/new-key.ts";
import { type FleetFolder, fleetFolder, fleetText } from "../support/fleet-folder.ts";

const test = suite("cli/init");

const init = ({ hd, dir }: FleetFolder, ...words: readonly string[]) => hd("init", dir, ...words);

const made = async (text = fleetText): Promise<FleetFolder> => {
  const folder = fleetFolder(text);
  const { exit, err } = await init(folder);
  assert.is(exit, 0, err);
  return folder;
};

const names = ["web1", "lab1", "alice", "root", "alerter", "provisioner"];

test("without a fleet file it writes one to begin with, and says what to do", async () => {
  const folder = fleetFolder("");
  rmSync(folder.dir, { recursive: true });
  const { exit, out, err } = await init(folder);
  assert.is(exit, 0);
  assert.match(out, /^STATE {4}FILE\ncreated {2}\S+hd\.toml\n$/);
  assert.match(err, /^\nNext\n {2}edit \S+hd\.toml: .*\n {2}hd init \S+ {3}again, for keys and configuration\n$/);
  assert.equal(readdirSync(folder.dir), ["hd.toml"]);
  assert.is((await init(folder)).exit, 0);
});

test("with one it makes a key for everyone, and shows the public half of each, once", async () => {
  const folder = fleetFolder();
  const { exit, out, err } = await init(folder);
  assert.is(exit, 0);
  const keys = folder.json("public-keys.json") as Readonly<Record<string, readonly string[]>>;
  assert.equal(Object.keys(keys), names);
  const shown = out
    .split("\n\n")[0]
    ?.split("\n")
    .slice(1)
    .map((line) => line.split(/ +/));
  assert.equal(shown, [
    ["web1", "host", "host", keys["web1"]?.[0]],
    ["lab1", "host", "host", keys["lab1"]?.[0]],
    ["alice", "person", "deployer", keys["alice"]?.[0]],
    ["root", "person", "admin", keys["root"]?.[0]],
    ["alerter", "service", "alerter", keys["alerter"]?.[0]],
    ["provisioner", "service", "provisioner", keys["provisioner"]?.[0]],
  ]);
  for (const name of names) {
    assert.is(folder.mode(`keys/${name}.nk`), 0o600);
    assert.match(folder.read(`keys/${name}.nk`), /^SU[A-Z2-7]{56}\n$/);
    assert.not.match(out + err, folder.read(`keys/${name}.nk`).trim());
  }
  assert.is(folder.mode("keys"), 0o700);
  assert.is(folder.read("keys/.gitignore"), "*\n");
  assert.match(err, "Next\n  copy nats-server.conf to the server and start it: nats-server -c ");
});

const stepsOf = async (text: string): Promise<readonly string[]> => {
  const { err } = await init(fleetFolder(text));
  return err.slice(err.indexOf("Next\n")).trim().split("\n  ").slice(1);
};

test("what is left to do goes from the server to the first deployment", async () => {
  const [start = "", log = "", copy = "", use, ...more] = await stepsOf(fleetText);
  assert.match(start, /^copy nats-server\.conf to the server and start it: /);
  assert.match(log, /^make the log: hd streams apply --fleet \S+$/);
  assert.match(
    copy,
    /keys\/<host>\.nk, with mode 0600, and trusted-keys\.json to each host, for hd listener --nkey-file … --trusted-keys …$/,
  );
  assert.is(use, "to deploy as alice: export HOMELAB_DEPLOY_CONTEXT=home-alice (or: nats context select home-alice)");
  assert.equal(more, []);
});

test("what is left to do depends on what is in the fleet", async () => {
  const server = '[server]\nurls = ["tls://x"]\n';
  const tls = '[server.tls]\ncert_file = "/c"\nkey_file = "/k"\nca_file = "/ca"\n';
  const [, , add = "", allow = ""] = await stepsOf(`${server}[tiers.prod]\n`);
  assert.match(add, /^add a host: hd host add prod\/<networking\.hostName> --fleet /);
  assert.match(allow, /^let someone deploy: hd user add /);
  const [, , vault = "", host = ""] = await stepsOf(
    `${server}vault = true\n${tls}[tiers.prod]\n[hosts.h]\ntier = "prod"\n`,
  );
  assert.match(vault, /^make the vault's copy of the log: hd streams apply --fleet \S+ --vault; then keep keys\/vault/);
  assert.match(host, /trusted-keys\.json and the certificate of \/ca to h, for hd listener .* --tls-ca …$/);
});

test("an edit of sizes, and a vault that is turned on later, say how the log follows", async () => {
  const folder = await made();
  folder.write("hd.toml", fleetText.replace("[tiers.prod]", "vault = true\n[tiers.prod]"));
  const { err } = await init(folder);
  assert.match(err, /copy nats-server\.conf to the server, then reload it: .*\n/);
  assert.match(err, /hd streams apply --fleet \S+, and with --update where it says that settings differ\n/);
  assert.match(err, /hd streams apply --fleet \S+ --vault/);
});

test("nobody's seed is in a file other than its own", async () => {
  const folder = await made();
  const seeds = names.map((name) => folder.read(`keys/${name}.nk`).trim());
  for (const [path, text] of Object.entries(folder.all())) {
    if (!path.endsWith(".nk")) for (const seed of seeds) assert.not.match(text, seed);
  }
});

test("the server's configuration says the same in both languages, and has each key once", async () => {
  const folder = await made();
  const [conf, nix] = [folder.read("nats-server.conf"), folder.read("nats-settings.nix")];
  for (const [key] of Object.values(folder.json("public-keys.json")) as [string][]) {
    assert.is(conf.split(key).length, 2);
    assert.is(nix.split(key).length, 2);
  }
  const words = (text: string) =>
    text.match(/"[^"]+"/g)?.filter((word) => !/^"deploy\.[a-z]+\.>"$|hd\.api\.>/.test(word));
  assert.equal(words(conf), words(nix));
});

test("listeners are told who may ask, where and for what", async () => {
  const folder = await made();
  const keys = folder.json("public-keys.json");
  assert.equal(folder.json("trusted-keys.json"), {
    tiers: { prod: "require", test: "off" },
    keys: [
      { name: "alice", keys: keys["alice"], tiers: ["test", "prod"], actions: ["switch"] },
      {
        name: "root",
        keys: keys["root"],
        tiers: ["prod", "test"],
        actions: ["switch", "boot", "test", "dry-activate"],
        override_freeze: true,
      },
    ],
  });
});

test("people and services get a NATS context; whoever makes the log has the API under its own name", async () => {
  const folder = await made();
  assert.equal(readdirSync(folder.path("config/nats/context")), [
    ...["home-alerter.json", "home-alice.json", "home-provisioner.json", "home-root.json"],
  ]);
  assert.equal(folder.json("config/nats/context/home-alice.json"), {
    description: "alice, deployer of home; written by hd init",
    url: "nats://127.0.0.1:4222",
    nkey: folder.path("keys/alice.nk"),
    inbox_prefix: "_INBOX_alice",
    jetstream_api_prefix: "hd.api",
  });
  assert.is(folder.mode("config/nats/context/home-alice.json"), 0o600);
  assert.not("jetstream_api_prefix" in folder.json("config/nats/context/home-provisioner.json"));
});

test("a second run changes nothing, and says so", async () => {
  const folder = await made();
  const before = folder.all();
  const { exit, out, err } = await init(folder);
  assert.equal([exit, out], [0, ""]);
  assert.match(err, /^nothing to change: 10 files are as \S+hd\.toml has them\n$/);
  assert.equal(folder.all(), before);
});

test("an edit changes what it is about: one more person, one key less", async () => {
  const folder = await made();
  const before = folder.all();
  const alice = '[people.alice]\nrole = "deployer"\ntiers = ["test", "prod"]\nactions = ["switch"]\n\n';
  const edited = fleetText.replace(alice, "").concat('\n[people.bob]\nrole = "auditor"\n');
  folder.write("hd.toml", edited);
  const { out, err } = await init(folder);
  assert.match(out, /^NAME {2}KIND {4}ROLE {5}PUBLIC KEY\nbob {3}person {2}auditor {2}U\S+\n\nSTATE/);
  const changed = Object.entries(folder.all()).filter(([path, text]) => before[path] !== text);
  assert.equal(
    changed.map(([path]) => path.slice(folder.dir.length + 1)),
    [
      ...["config/nats/context/home-bob.json", "hd.toml", "keys/bob.nk", "nats-server.conf", "nats-settings.nix"],
      ...["public-keys.json", "trusted-keys.json"],
    ],
  );
  assert.ok(folder.has("keys/alice.nk"));
  assert.not("alice" in folder.json("public-keys.json"));
  assert.match(err, "alice is not in the fleet any more: its key is no longer trusted, a seed of it may be deleted\n");
  assert.match(err, "copy trusted-keys.json to the hosts again");
});

test("a seed that went to its host is not made again", async () => {
  const folder = await made();
  const keys = folder.read("public-keys.json");
  for (const name of names) rmSync(folder.path(`keys/${name}.nk`));
  assert.match((await init(folder)).err, "nothing to change");
  assert.is(folder.read("public-keys.json"), keys);
  assert.equal(readdirSync(folder.path("keys")), [".gitignore"]);
});

test("a seed that was there before is used, and never written over", async () => {
  const folder = fleetFolder();
  const { seed, publicKey } = newKey();
  mkdirSync(folder.path("keys"), { mode: 0o755 });
  folder.write("keys/web1.nk", `${seed}\n`, 0o600);
  const { exit, out, err } = await init(folder);
  assert.is(exit, 0);
  assert.is(folder.read("keys/web1.nk"), `${seed}\n`);
  assert.equal(folder.json("public-keys.json")["web1"], [publicKey]);
  assert.not.match(out, /^web1/m);
  assert.match(err, /^web1: the seed that was there already is used, /m);
  assert.is(folder.mode("keys"), 0o700);
});

test("seeds that cannot be right are all told, and nothing is written", async () => {
  const folder = await made();
  const before = (): string => {
    folder.write("hd.toml", `${fleetText}\n[hosts.web2]\ntier = "prod"\n`);
    folder.write("keys/web1.nk", new TextDecoder().decode(createAccount().getSeed()));
    chmodSync(folder.path("keys/lab1.nk"), 0o640);
    folder.write("keys/root.nk", `${newKey().seed}\n`);
    writeFileSync(folder.path("keys/alerter.nk"), "no seed\n");
    return JSON.stringify(folder.all());
  };
  const was = before();
  const { exit, out, err } = await init(folder);
  assert.equal([exit, out], [4, ""]);
  assert.match(err, /^error: Nothing was written\.\n/);
  assert.match(err, /keys\/web1\.nk holds the seed of another kind than a user\./);
  assert.match(err, /keys\/lab1\.nk can be read or changed by others \(mode 0640\)\. Run: chmod 600 /);
  assert.match(err, /keys\/alerter\.nk does not hold an NKey seed\./);
  assert.match(
    err,
    /keys\/root\.nk is not the key of root: it is that of U\S+, and \S+public-keys\.json has U\S+\. Put the right seed back, or take root out of/,
  );
  assert.is(JSON.stringify(folder.all()), was);
});

test("two names with one key are refused: the server would take one for the other", async () => {
  const folder = await made();
  folder.write("hd.toml", `${fleetText}\n[hosts.web2]\ntier = "prod"\n`);
  copyFileSync(folder.path("keys/web1.nk"), folder.path("keys/web2.nk"));
  const was = JSON.stringify(folder.all());
  const { exit, err } = await init(folder);
  assert.is(exit, 4);
  assert.match(err, /web1 and web2 have the same key, U\S+\. Each needs one of its own\./);
  assert.is(JSON.stringify(folder.all()), was);
});

test("a fleet file that is wrong is told by file, line and column, and nothing is written", async () => {
  const folder = fleetFolder(fleetText.replace('tier = "test"', 'tier = "tset"').replace("[services", "[sevices"));
  const was = JSON.stringify(folder.all());
  const { exit, out, err } = await init(folder);
  assert.equal([exit, out], [2, ""]);
  assert.is(
    err,
    `error: Nothing was changed: 2 things are wrong.
${folder.path("hd.toml")}:15:8: hosts.lab1.tier: there is no tier tset; did you mean test?
${folder.path("hd.toml")}:26:2: sevices is not a key in a fleet file; did you mean services?
`,
  );
  assert.is(JSON.stringify(folder.all()), was);
});

test("a fleet file that is none, and a list of keys that is damaged, are refused", async () => {
  const binary = fleetFolder();
  writeFileSync(binary.path("hd.toml"), Buffer.from([0x61, 0xff, 0xfe]));
  assert.match((await init(binary)).err, /hd\.toml is not text in UTF-8\./);
  const folded = fleetFolder(null);
  mkdirSync(folded.path("hd.toml"));
  assert.match((await init(folded)).err, /hd\.toml cannot be read: it is a folder\./);
  const damaged = await made();
  damaged.write("public-keys.json", "{");
  const { exit, err } = await init(damaged);
  assert.is(exit, 2);
  assert.match(err, /public-keys\.json is not a JSON object of names and public keys\. Take the file from a backup/);
});

for (const name of ["hd.toml", "public-keys.json", "config/nats/context/home-alice.json"]) {
  test(`${name} that never ends, or is larger than any, is refused before it is read`, async () => {
    const folder = await made();
    const path = folder.path(name);
    rmSync(path);
    assert.is(spawnSync("mkfifo", [path]).status, 0);
    const pipe = await init(folder);
    assert.is(pipe.exit, 2);
    assert.match(pipe.err, `${path} cannot be read: it is no file.`);
    rmSync(path);
    symlinkSync("/dev/zero", path);
    assert.match((await init(folder)).err, `${path} cannot be read: it is no file.`);
    rmSync(path);
    writeFileSync(path, "");
    truncateSync(path, 2 ** 40);
    assert.match((await init(folder)).err, `${path} cannot be read: it is too large.`);
  });
}

test("a byte order mark, as some editors write it, is accepted, and stays where it is", async () => {
  const folder = await made(`\uFEFF${fleetText}`);
  assert.is((await folder.hd("host", "add", "prod/web9", "--offline", "--fleet", folder.dir)).exit, 0);
  assert.is((await folder.hd("host", "remove", "web9", "--offline", "--fleet", folder.dir)).exit, 0);
  assert.is(folder.read("hd.toml"), `\uFEFF${fleetText}`);
});

test("a context of somebody else is left alone, ours is kept up, and what was added to it stays", async () => {
  const folder = await made();
  const path = "config/nats/context/home-alice.json";
  folder.write(path, JSON.stringify({ ...folder.json(path), url: "nats://old", tls_first: true }));
  folder.write("config/nats/context/home-root.json", '{"description":"mine","url":"nats://other"}');
  const { exit, out, err } = await init(folder);
  assert.is(exit, 0);
  assert.match(out, /changed {2}\S+home-alice\.json/);
  assert.equal([folder.json(path)["url"], folder.json(path)["tls_first"]], ["nats://127.0.0.1:4222", true]);
  assert.match(err, /home-root\.json is left as it is: it was not written for \S+keys\/root\.nk/);
  assert.is(folder.read("config/nats/context/home-root.json"), '{"description":"mine","url":"nats://other"}');
  assert.is((await init(folder)).out, "");
});

test("contexts go where --context-dir says", async () => {
  const folder = fleetFolder();
  await init(folder, "--context-dir", folder.path("elsewhere"));
  assert.equal(readdirSync(folder.path("elsewhere")).length, 4);
  assert.not.ok(folder.has("config"));
});

test("where no context is selected, whoever is logged in and in the fleet gets theirs", async () => {
  const mine = fleetFolder(fleetText, undefined, { loginName: () => "alice" });
  const { err } = await init(mine);
  assert.is(mine.read("config/nats/context.txt"), "home-alice");
  assert.match(err, "the context home-alice is selected, because you are logged in as alice");
  mine.write("config/nats/context.txt", "another");
  await init(mine);
  assert.is(mine.read("config/nats/context.txt"), "another");
  const service = fleetFolder(fleetText, undefined, { loginName: () => "alerter" });
  await init(service);
  assert.not.ok(service.has("config/nats/context.txt"));
});

test("without a home there are no contexts, and all else is there", async () => {
  const folder = fleetFolder(fleetText, undefined, { env: { HOME: "", XDG_CONFIG_HOME: "relative" } });
  assert.is((await init(folder)).exit, 0);
  assert.not.ok(folder.has("config"));
  assert.ok(folder.has("nats-server.conf"));
});

test("what cannot be written changes nothing", async () => {
  const folder = await made();
  folder.write("hd.toml", `${fleetText}\n[hosts.web2]\ntier = "prod"\n`);
  rmSync(folder.path("nats-settings.nix"));
  mkdirSync(join(folder.path("nats-settings.nix"), "full"), { recursive: true });
  const was = JSON.stringify(folder.all());
  const { exit, err } = await init(folder);
  assert.is(exit, 2);
  assert.match(err, /nats-settings\.nix cannot be written: it is a folder\. Nothing was changed\./);
  assert.is(JSON.stringify(folder.all()), was);
  assert.not.ok(folder.has("keys/web2.nk"));
});

test("a fleet file may be a link into another folder", async () => {
  const folder = fleetFolder(null);
  mkdirSync(folder.path("elsewhere"));
  folder.write("elsewhere/fleet.toml", fleetText);
  symlinkSync("elsewhere/fleet.toml", folder.path("hd.toml"));
  assert.is((await init(folder)).exit, 0);
});

test("as JSON, for programs", async () => {
  const folder = fleetFolder();
  const { out } = await init(folder, "-o", "ndjson");
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(
    lines.filter(({ what }) => what === "key").map(({ name }) => name),
    names,
  );
  assert.equal(lines.at(-1), { type: "result", apiVersion: "hd/v1", kind: "FleetFiles", count: lines.length - 1 });
  const again = JSON.parse((await init(folder, "-o", "json")).out);
  assert.equal(new Set(again.written.map(({ state }: { state: string }) => state)), new Set(["unchanged"]));
});

test.run();
