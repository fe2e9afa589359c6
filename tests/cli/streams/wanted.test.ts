/** `hd streams apply --fleet` takes hosts, sizes, server and key from a fleet file, and options win over it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyIn } from "../../support/fixtures.ts";
import { fleetFolder, fleetText, memoryStreams } from "../support/fleet-folder.ts";

const test = suite("cli/streams of a fleet");

const apply = async (...words: readonly string[]) => {
  const streams = memoryStreams();
  const folder = fleetFolder(fleetText, streams);
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

test.run();
