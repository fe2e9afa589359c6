/** `hd streams apply --fleet` takes hosts, sizes, server and key from a fleet file, and options win over it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ConsumerSettings } from "../../../lib/router/provisioner.ts";
import { keyIn } from "../../support/fixtures.ts";
import { fleetFolder, fleetText, memoryStreams } from "../support/fleet-folder.ts";

const test = suite("cli/streams of a fleet");

const apply = async (...words: readonly string[]) => {
  const streams = memoryStreams();
  const folder = fleetFolder(fleetText, streams);
  await folder.hd("init", folder.dir);
  const ran = await folder.hd("streams", "apply", "--fleet", folder.dir, ...words);
  return { folder, streams, ...ran };
};

test("all of it comes from the file", async () => {
  const { folder, streams, exit, err } = await apply();
  assert.is(exit, 0, err);
  assert.equal([...streams.consumers.keys()], ["host_web1", "host_lab1"]);
  assert.equal([streams.stream?.settings.replicas, streams.stream?.settings.maxBytes], [1, 8 * 1024 ** 3]);
  const [{ servers, requester, credentials } = { servers: [], requester: "", credentials: undefined }] =
    streams.reached;
  assert.equal(
    [servers, requester, credentials],
    [["nats://127.0.0.1:4222"], "provisioner", keyIn(folder.path("keys/provisioner.nk"))],
  );
});

test("options win, and hosts are added", async () => {
  const options = [
    "--replicas",
    "3",
    "--max-bytes",
    "2G",
    "--nats-url",
    "nats://x",
    "--nkey-file",
    "my.nk",
    "--as",
    "root",
  ];
  const { streams } = await apply("--host", "prod/web9", ...options);
  assert.equal([...streams.consumers.keys()], ["host_web1", "host_lab1", "host_web9"]);
  assert.equal([streams.stream?.settings.replicas, streams.stream?.settings.maxBytes], [3, 2 * 1024 ** 3]);
  const [{ servers, requester, credentials } = { servers: [], requester: "", credentials: undefined }] =
    streams.reached;
  assert.equal([servers, requester, credentials], [["nats://x"], "root", keyIn("my.nk")]);
});

test("a host that the file has and an option names is named twice", async () => {
  const { exit, err } = await apply("--host", "prod/web1");
  assert.is(exit, 2);
  assert.match(err, "Nothing was done: web1 is named twice.");
});

test("a file that is wrong is told, and no server is asked", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(fleetText.replace('"prod"', '"prdo"'), streams);
  const { exit, err } = await folder.hd("streams", "diff", "--fleet", folder.dir);
  assert.is(exit, 2);
  assert.match(err, /hd\.toml:11:8: hosts\.web1\.tier: there is no tier prdo; did you mean prod\?/);
  assert.is(streams.reached.length, 0);
});

test("before there are keys it says how to make them, and no server is asked", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(fleetText, streams);
  const early = await folder.hd("streams", "apply", "--fleet", folder.dir);
  assert.is(early.exit, 2);
  assert.match(
    early.err,
    `provisioner has no key yet. Make the keys, and the server's configuration, with: hd init ${folder.dir}\n`,
  );
  await folder.hd("init", folder.dir);
  const vault = () => folder.hd("streams", "apply", "--vault", "--fleet", folder.dir);
  assert.match((await vault()).err, "this fleet has no vault. Write vault = true below [server], then run: hd init");
  folder.write("hd.toml", fleetText.replace("[server]", "[server]\nvault = true"));
  assert.match((await vault()).err, "vault has no key yet.");
  assert.is(streams.reached.length, 0);
});

test("the place of a host that is not in the file is shown with what removes it", async () => {
  const { folder, streams } = await apply("--host", "prod/web9");
  const streamsOf = (verb: string, ...words: readonly string[]) =>
    folder.hd("streams", verb, "--fleet", folder.dir, ...words);
  const place = (name: string) => ({ ...streams.consumers.get("host_web9"), name }) as ConsumerSettings;
  streams.consumers.set("alerter", place("alerter"));
  for (const [verb, code] of [
    ["diff", 3],
    ["apply", 0],
  ] as const) {
    const { exit, out } = await streamsOf(verb);
    assert.is(exit, code);
    assert.match(out, /^consumer {2}host_web9 {4}extra {4}not in the fleet; run: hd host remove web9 --fleet \S+$/m);
    assert.not.match(out, "alerter");
  }
  const { streams: parts } = JSON.parse((await streamsOf("diff", "-o", "json")).out);
  assert.equal(parts.at(-1).remedy, `hd host remove web9 --fleet ${folder.dir}`);
  assert.is((await streamsOf("diff", "--host", "prod/web9")).exit, 0);
  assert.is((await folder.hd("host", "remove", "web9", "--fleet", folder.dir)).exit, 0);
  assert.is((await streamsOf("diff")).exit, 0);
});

test.run();
