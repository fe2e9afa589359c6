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

const alerts = '[sinks.ops]\ntype = "prometheus"\n[rules.failed]\nstatus = "failed"\nto = "ops"\n';

test("a fleet file with sinks gets a place for each, and for the alerter", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(`${fleetText}${alerts}`, streams);
  await folder.hd("init", folder.dir);
  const { exit, out } = await folder.hd("streams", "apply", "--fleet", folder.dir);
  assert.is(exit, 0, out);
  assert.equal([...streams.consumers.keys()], ["host_web1", "host_lab1", "alerter"]);
  assert.equal([...streams.alertConsumers.keys()], ["advisories", "sink_ops"]);
  assert.match(out, /^stream {4}HD_ALERTS {4}created$/m);
  assert.is((await folder.hd("streams", "diff", "--fleet", folder.dir)).exit, 0);
});

test("a fleet with a builder gets a place for builders, and an option makes one anywhere", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(`${fleetText}\n[services.ci]\nrole = "builder"\n`, streams);
  await folder.hd("init", folder.dir);
  assert.is((await folder.hd("streams", "apply", "--fleet", folder.dir)).exit, 0);
  assert.equal([...streams.consumers.keys()], ["host_web1", "host_lab1", "builder"]);
  assert.equal(streams.consumers.get("builder")?.filters, ["hd.req.*.build.>"]);
  assert.is((await folder.hd("streams", "diff", "--fleet", folder.dir)).exit, 0);
  assert.equal([...(await apply("--builder")).streams.consumers.keys()], ["host_web1", "host_lab1", "builder"]);
});

test("rules may stand in a file of their own, and are refused before a server is asked", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(fleetText, streams);
  await folder.hd("init", folder.dir);
  folder.write("rules.toml", alerts.replace("failed", "faild").replace('"failed"', '"faild"'));
  const apply = () => folder.hd("streams", "apply", "--fleet", folder.dir, "--rules", folder.path("rules.toml"));
  const wrong = await apply();
  assert.is(wrong.exit, 2);
  assert.match(wrong.err, /rules\.toml:4:10: rules\.faild\.status must be one of .*did you mean failed\?/);
  assert.is(streams.reached.length, 0);
  folder.write("rules.toml", alerts);
  assert.is((await apply()).exit, 0);
  assert.ok(streams.alertConsumers.has("sink_ops"));
});

test("what waits in the place of a sink that is no longer there is said before and after it is ended", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(`${fleetText}${alerts}`, streams);
  await folder.hd("init", folder.dir);
  const hd = (verb: string, ...words: readonly string[]) => folder.hd("streams", verb, "--fleet", folder.dir, ...words);
  await hd("apply");
  streams.waiting.set("sink_ops", 3);
  folder.write("hd.toml", `${fleetText}${alerts.replaceAll("ops", "chat")}`);
  assert.match(
    (await hd("diff")).out,
    /sink_ops +extra +not in the rules; 3 alerts that waited there are sent to nobody; run: /,
  );
  assert.match((await hd("apply", "--prune")).out, /sink_ops +ended +3 alerts that waited there are sent to nobody$/m);
});

test("the place of a sink that is no longer there is shown with what ends it, also when it was the last", async () => {
  const streams = memoryStreams();
  const folder = fleetFolder(`${fleetText}${alerts}`, streams);
  await folder.hd("init", folder.dir);
  const hd = (verb: string, ...words: readonly string[]) => folder.hd("streams", verb, "--fleet", folder.dir, ...words);
  await hd("apply");
  for (const [text, rest] of [
    [`${fleetText}${alerts.replaceAll("ops", "chat")}`, ["advisories", "sink_chat"]],
    [fleetText, ["advisories"]],
  ] as const) {
    folder.write("hd.toml", text);
    assert.is((await hd("apply")).exit, 0);
    const { exit, out } = await hd("diff");
    assert.is(exit, 3);
    assert.match(
      out,
      /^consumer {2}sink_(ops|chat) {4,6}extra {4}not in the rules; run: hd streams apply --prune --fleet \S+$/m,
    );
    const pruned = await hd("apply", "--prune");
    assert.is(pruned.exit, 0);
    assert.match(pruned.out, /^consumer {2}sink_(ops|chat) +ended *$/m);
    assert.equal([...streams.alertConsumers.keys()], rest);
    assert.is((await hd("diff")).exit, 0);
  }
});

test.run();
