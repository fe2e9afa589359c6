/** `hd host add|remove|rename`, over a log in memory: the file, the keys and the consumers follow, or nothing at all does. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyIn } from "../../support/fixtures.ts";
import { type FleetFolder, fleetFolder, fleetText, memoryStreams } from "../support/fleet-folder.ts";

const test = suite("cli/host");

const started = async (streams = memoryStreams()) => {
  const folder = fleetFolder(fleetText, streams);
  await folder.hd("init", folder.dir);
  await folder.hd("streams", "apply", "--fleet", folder.dir);
  streams.reached.length = 0;
  const host = (...words: readonly string[]) => folder.hd("host", ...words, "--fleet", folder.dir);
  return { folder, streams, host };
};

const unchanged = async ({ all }: FleetFolder, act: () => Promise<unknown>): Promise<void> => {
  const before = JSON.stringify(all());
  await act();
  assert.is(JSON.stringify(all()), before);
};

test("a host is added as the fleet's provisioner, with its roles from both places", async () => {
  const { folder, streams, host } = await started();
  const { exit, out, err } = await host("add", "prod/web3:web", "--role", "dns", "--role", "web");
  assert.is(exit, 0, err);
  assert.match(
    folder.read("hd.toml"),
    '[hosts.lab1]\ntier = "test"\n\n[hosts.web3]\ntier = "prod"\nroles = ["web", "dns"]\n\n# people',
  );
  assert.match(out, /^NAME {2}KIND {2}ROLE {2}PUBLIC KEY\nweb3 {2}host {2}host {2}U/);
  assert.equal(streams.consumers.get("host_web3")?.filters, [
    ...["hd.req.*.prod.web3", "hd.req.*.prod.web3.*", "hd.req.*.prod.all", "hd.req.*.prod.all.*"],
    ...["hd.req.*.prod.role.web", "hd.req.*.prod.role.web.*", "hd.req.*.prod.role.dns", "hd.req.*.prod.role.dns.*"],
  ]);
  const [{ servers, requester, credentials } = { servers: [], requester: "", credentials: undefined }] =
    streams.reached;
  assert.equal(
    [servers, requester, credentials],
    [["nats://127.0.0.1:4222"], "provisioner", keyIn(folder.path("keys/provisioner.nk"))],
  );
  assert.match(
    err,
    /Next\n {2}copy nats-server\.conf to the server, then reload it: .*\n {2}copy \S+web3\.nk, with mode 0600, and trusted-keys\.json to web3/,
  );
});

test("--nats-url names another server, --offline none", async () => {
  const { streams, host } = await started();
  await host("add", "test/a", "--nats-url", "nats://10.0.0.1");
  assert.equal(
    streams.reached.map(({ servers }) => servers),
    [["nats://10.0.0.1"]],
  );
  assert.is((await host("add", "test/b", "--offline")).exit, 0);
  assert.is(streams.reached.length, 1);
  assert.not.ok(streams.consumers.has("host_b"));
});

const refused: Readonly<Record<string, readonly [words: readonly string[], message: RegExp]>> = {
  "a host that is there": [["add", "prod/web1"], /web1 is in \S+hd\.toml already\./],
  "a name of somebody else": [["add", "prod/alice"], /people\.alice: the name is taken by hosts\.alice/],
  "a name in other letters": [["add", "prod/WEB1"], /hosts\.WEB1: the name is taken by hosts\.web1/],
  "a tier that is not there": [["add", "prdo/web3"], /hosts\.web3\.tier: there is no tier prdo; did you mean prod\?/],
  "a reserved name": [["add", "prod/vault"], /vault is reserved/],
  "the removal of nobody": [["remove", "wbe1"], /there is no host wbe1 in the fleet\. Did you mean web1\?/],
  "the removal of a person": [["remove", "alice"], /there is no host alice in the fleet\./],
  "another name for nobody": [["rename", "web9", "a"], /there is no host web9 in the fleet\. Did you mean web1\?/],
  "the name of another host": [["rename", "web1", "lab1"], /hosts\.lab1 is defined twice/],
  "the name of a person": [["rename", "web1", "alice"], /the name is taken/],
  "its own name": [["rename", "web1", "web1"], /that is its name/],
};

for (const [what, [words, message]] of Object.entries(refused)) {
  test(`${what} is refused, and nothing is changed`, async () => {
    const { folder, streams, host } = await started();
    const places = [...streams.consumers.keys()];
    await unchanged(folder, async () => {
      const { exit, err } = await host(...words);
      assert.is(exit, 2);
      assert.match(err, message);
      assert.match(err, "Nothing was changed");
    });
    assert.equal([...streams.consumers.keys()], places);
  });
}

test("a host that is removed is gone from the file, the server and the log; its seed is left", async () => {
  const { folder, streams, host } = await started();
  const { exit, err } = await host("remove", "web1");
  assert.is(exit, 0, err);
  assert.not.match(folder.read("hd.toml"), "web1");
  assert.not("web1" in folder.json("public-keys.json"));
  assert.equal([...streams.consumers.keys()], ["host_lab1"]);
  assert.ok(folder.has("keys/web1.nk"));
  assert.match(err, "the log: consumer host_web1 deleted; the records of web1 stay");
});

test("requests that wait are counted, and given up only with --yes", async () => {
  const { folder, streams, host } = await started();
  streams.waiting.set("host_web1", 2);
  await unchanged(folder, async () => {
    const { exit, err } = await host("remove", "web1");
    assert.is(exit, 2);
    assert.match(err, "2 requests wait for web1, which would never be answered. Let web1 answer first, or give --yes");
  });
  assert.is((await host("remove", "web1", "--yes")).exit, 0);
});

test("another name keeps the key, both of them while it is rotated, and the place moves", async () => {
  const { folder, streams, host } = await started();
  await folder.hd("key", "rotate", "web1", "--fleet", folder.dir);
  const [keys, seed, old] = [
    folder.json("public-keys.json")["web1"],
    folder.read("keys/web1.nk"),
    folder.read("keys/web1.old.nk"),
  ];
  const { exit, err, out } = await host("rename", "web1", "web4");
  assert.is(exit, 0, err);
  assert.equal(folder.json("public-keys.json")["web4"], keys);
  assert.equal([folder.read("keys/web4.nk"), folder.read("keys/web4.old.nk")], [seed, old]);
  assert.equal([folder.has("keys/web1.nk"), folder.has("keys/web1.old.nk")], [false, false]);
  assert.not.match(out, "PUBLIC KEY");
  assert.equal([...streams.consumers.keys()].sort(), ["host_lab1", "host_web4"]);
  assert.not.match(err, "not in the fleet any more");
  assert.match(err, 'on the machine: networking.hostName = "web4"');
});

test("a seed that lies under the new name already is not written over", async () => {
  const { folder, host } = await started();
  await host("add", "prod/web4", "--offline");
  await host("remove", "web4");
  await unchanged(folder, async () => {
    const { exit, err } = await host("rename", "web1", "web4");
    assert.is(exit, 2);
    assert.match(err, /keys\/web4\.nk cannot be written: it is there already\. Nothing was changed\./);
  });
});

test("a place that was left from before serves what the host serves now; a log that differs is told", async () => {
  const { folder, streams, host } = await started();
  await host("remove", "web1", "--offline");
  folder.write("hd.toml", folder.read("hd.toml").replace("[tiers.prod]", 'max_log = "1GB"\n\n[tiers.prod]'));
  const { exit, err } = await host("add", "test/web1:dns");
  assert.is(exit, 0, err);
  assert.match(
    err,
    "the log: stream HD_AUDIT differs; see hd streams diff --fleet\nthe log: consumer host_web1 updated\n",
  );
  assert.equal(streams.consumers.get("host_web1")?.filters, [
    ...["hd.req.*.test.web1", "hd.req.*.test.web1.*", "hd.req.*.test.all", "hd.req.*.test.all.*"],
    ...["hd.req.*.test.role.dns", "hd.req.*.test.role.dns.*"],
  ]);
});

test("when the log cannot be reached the files are written, and what is left to do is told", async () => {
  const folder = fleetFolder(fleetText);
  await folder.hd("init", folder.dir);
  const host = (...words: readonly string[]) => folder.hd("host", ...words, "--fleet", folder.dir);
  const added = await host("add", "prod/web3");
  assert.is(added.exit, 5);
  assert.match(
    added.err,
    "error: The files are written, and the log is as it was: nobody is there. When it can be reached, run: hd streams apply --fleet",
  );
  const renamed = await host("rename", "web3", "web4");
  assert.is(renamed.exit, 5);
  assert.match(renamed.err, /run: hd streams apply --fleet \S+, then hd host remove web3 --fleet/);
  assert.match(folder.read("hd.toml"), "[hosts.web4]");
  assert.is((await host("add", "prod/web4")).exit, 2);
});

test("a command without a fleet file says how to get one", async () => {
  const folder = fleetFolder(null);
  const { exit, err } = await folder.hd("host", "remove", "web1", "--fleet", folder.dir);
  assert.is(exit, 2);
  assert.match(err, /There is no \S+hd\.toml\. Write one with: hd init /);
});

test.run();
