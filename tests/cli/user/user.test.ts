/** `hd user add|remove` edits the file, the server's users, the keys that listeners trust and the contexts, and never the log. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fleetFolder, fleetText } from "../support/fleet-folder.ts";

const test = suite("cli/user");

const started = async (text = fleetText) => {
  const folder = fleetFolder(text);
  await folder.hd("init", folder.dir);
  const user = (...words: readonly string[]) => folder.hd("user", ...words, "--fleet", folder.dir);
  return { folder, user };
};

interface Trusted {
  readonly keys: readonly {
    readonly name: string;
    readonly tiers: readonly string[];
    readonly actions: readonly string[];
  }[];
}

test("a person is added among people, with a key, a context and the trust of listeners", async () => {
  const { folder, user } = await started();
  const { exit, out, err } = await user(
    "add",
    "bob",
    "--role",
    "deployer",
    "--tier",
    "test",
    "--action",
    "test",
    "--action",
    "boot",
  );
  assert.is(exit, 0, err);
  assert.match(
    folder.read("hd.toml"),
    '[people.root]\nrole = "admin"\n\n[people.bob]\nrole = "deployer"\ntiers = ["test"]\nactions = ["test", "boot"]\n\n[services',
  );
  assert.match(out, /^bob {3}person {2}deployer {2}U/m);
  const { keys } = folder.json("trusted-keys.json") as unknown as Trusted;
  const bob = keys.find(({ name }) => name === "bob");
  assert.equal([bob?.tiers, bob?.actions], [["test"], ["test", "boot"]]);
  assert.ok(folder.has("config/nats/context/home-bob.json"));
  assert.match(err, "copy trusted-keys.json to the hosts again");
  assert.match(
    err,
    /hand bob its seed, \S+keys\/bob\.nk, with mode 0600, and the context \S+home-bob\.json, with nkey set to where the seed is then; there: export HOMELAB_DEPLOY_CONTEXT=home-bob \(or: nats context select home-bob\)\n$/,
  );
});

test("a service is added among services, and without the trust of listeners when it asks for nothing", async () => {
  const { folder, user } = await started();
  const { exit, err } = await user("add", "builder", "--role", "builder", "--service");
  assert.is(exit, 0, err);
  assert.is(folder.read("hd.toml"), `${fleetText}\n[services.builder]\nrole = "builder"\n`);
  assert.not.match(err, "trusted-keys.json");
  assert.match(err, "hand builder its seed");
});

test("whoever makes the log may be written down, with the key that it has", async () => {
  const { folder, user } = await started();
  const key = folder.json("public-keys.json")["provisioner"];
  const { exit, err } = await user("add", "provisioner", "--role", "provisioner", "--service");
  assert.equal([exit, err], [0, ""]);
  assert.equal(folder.json("public-keys.json")["provisioner"], key);
  assert.is((await user("add", "provisioner", "--role", "provisioner", "--service")).exit, 2);
});

test("what is added and removed leaves the file as it was", async () => {
  const { folder, user } = await started();
  await user("add", "bob", "--role", "auditor");
  const { exit, err } = await user("remove", "bob");
  assert.is(exit, 0, err);
  assert.is(folder.read("hd.toml"), fleetText);
  assert.not("bob" in folder.json("public-keys.json"));
  assert.match(err, "bob is not in the fleet any more");
});

const refused: Readonly<Record<string, readonly [words: readonly string[], message: RegExp]>> = {
  "a deployer without a tier": [
    ["add", "bob", "--role", "deployer"],
    /people\.bob\.tiers is missing; write tiers = \["prod"\]/,
  ],
  "an auditor with a tier": [
    ["add", "bob", "--role", "auditor", "--tier", "prod"],
    /the role auditor has none\. Leave it out/,
  ],
  "a tier that is not there": [
    ["add", "bob", "--role", "deployer", "--tier", "tset"],
    /there is no tier tset; did you mean test\?/,
  ],
  "a person who is there": [["add", "alice", "--role", "admin"], /alice is in \S+hd\.toml already/],
  "the name of a host": [["add", "web1", "--role", "admin"], /the name is taken/],
  "the removal of nobody": [
    ["remove", "alcie"],
    /there is no person or service alcie in the fleet\. Did you mean alice\?/,
  ],
  "the removal of who is not in the file": [["remove", "provisioner"], /there is no services\.provisioner/],
};

for (const [what, [words, message]] of Object.entries(refused)) {
  test(`${what} is refused, and nothing is changed`, async () => {
    const { folder, user } = await started();
    const before = JSON.stringify(folder.all());
    const { exit, err } = await user(...words);
    assert.is(exit, 2);
    assert.match(err, message);
    assert.is(JSON.stringify(folder.all()), before);
  });
}

test("the last who may deploy can be removed; then it is said what nobody can do", async () => {
  const { folder, user } = await started();
  await user("remove", "alice");
  assert.is((await user("remove", "root")).exit, 0);
  const again = await folder.hd("init", folder.dir);
  assert.is(again.exit, 0);
});

test.run();
