/** `hd streams apply` and `hd streams diff`, over a provisioner in memory. */
import { right as rightE } from "fp-ts/lib/Either.js";
import { right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CliEnv, Provisioning } from "../../../cli/env.ts";
import type { ConsumerSettings, FoundStream } from "../../../lib/router/provisioner.ts";
import { noonMs } from "../../support/fixtures.ts";
import { world } from "../support/world.ts";

const test = suite("cli/streams");

interface Made {
  stream: FoundStream | undefined;
  /** Of presences. */
  bucket: FoundStream | undefined;
  readonly consumers: Map<string, ConsumerSettings>;
}

const keep = (made: Made) => (settings: FoundStream["settings"]) => async () => {
  made[settings.name === "HD_AUDIT" ? "stream" : "bucket"] = {
    settings,
    usedBytes: 0,
    records: 0,
    madeMs: 0,
    firstAtMs: undefined,
  };
  return rightE(undefined);
};

const provisioner = (made: Made): Provisioning => ({
  stream: (name) => async () => rightE(name === "HD_AUDIT" ? made.stream : made.bucket),
  createStream: keep(made),
  updateStream: keep(made),
  consumers: () => async () => rightE([...made.consumers.values()]),
  createConsumer: (_, settings) => async () => {
    made.consumers.set(settings.name, settings);
    return rightE(undefined);
  },
  updateConsumer: (_, settings) => async () => {
    made.consumers.set(settings.name, settings);
    return rightE(undefined);
  },
  waiting: () => right(new Map()),
  deleteConsumer: (_, name) => async () => {
    made.consumers.delete(name);
    return rightE(undefined);
  },
  close: async () => {},
});

const empty = (): Made => ({ stream: undefined, bucket: undefined, consumers: new Map() });

const run = async (made: Made, ...words: readonly string[]) => {
  const w = world({ provision: () => right(provisioner(made)) });
  const exit = await w.hd("streams", ...words);
  return { exit, out: w.out(), err: w.err() };
};

test("diff says what is missing, makes nothing, and exits 3", async () => {
  const made = empty();
  const { exit, out } = await run(made, "diff", "--host", "prod/web1:web,dns");
  assert.is(exit, 3);
  assert.fixture(
    out,
    `KIND      NAME         STATE    DETAIL
stream    HD_AUDIT     missing
consumer  host_web1    missing
stream    KV_HD_HOSTS  missing

create what is missing: hd streams apply --host prod/web1:web,dns
`,
  );
  assert.is(made.stream, undefined);
});

test("apply makes it, with what a host serves, and the second time changes nothing", async () => {
  const made = empty();
  const words = ["apply", "--host", "prod/web1:web,dns", "--host=prod/db1", "--replicas", "3", "--max-bytes", "2G"];
  assert.is((await run(made, ...words)).exit, 0);
  assert.is(made.stream?.settings.replicas, 3);
  assert.is(made.stream?.settings.maxBytes, 2 * 1024 ** 3);
  assert.is(made.bucket?.settings.replicas, 3);
  assert.equal(made.consumers.get("host_web1")?.filters, [
    "hd.req.*.prod.web1",
    "hd.req.*.prod.web1.*",
    "hd.req.*.prod.all",
    "hd.req.*.prod.all.*",
    "hd.req.*.prod.role.web",
    "hd.req.*.prod.role.web.*",
    "hd.req.*.prod.role.dns",
    "hd.req.*.prod.role.dns.*",
  ]);
  assert.fixture(
    (await run(made, ...words)).out,
    `KIND      NAME         STATE    DETAIL
stream    HD_AUDIT     matches
consumer  host_web1    matches
consumer  host_db1     matches
stream    KV_HD_HOSTS  matches
`,
  );
});

test("what differs is told, and edited only when asked to", async () => {
  const made = empty();
  await run(made, "apply");
  const { exit, out } = await run(made, "apply", "--max-bytes", "2G");
  assert.is(exit, 3);
  assert.match(out, "maxBytes: is 1073741824, should be 2147483648\n");
  assert.match(out, "\n\nedit what differs: hd streams apply --update --max-bytes 2147483648\n");
  const edited = await run(made, "apply", "--max-bytes", "2G", "--update");
  assert.is(edited.exit, 0);
  assert.match(edited.out, "maxBytes: was 1073741824, is 2147483648\n");
});

test("what nobody named is not compared in a log that is there, and never made smaller", async () => {
  const made = empty();
  await run(made, "apply", "--replicas", "3", "--max-bytes", "8G");
  const kept = made.stream?.settings;
  const bucket = made.bucket?.settings;
  assert.is((await run(made, "diff")).exit, 0);
  assert.is((await run(made, "apply", "--update")).exit, 0);
  assert.equal([made.stream?.settings, made.bucket?.settings], [kept, bucket]);
  assert.match((await run(made, "diff", "--replicas", "1")).out, "replicas: is 3, should be 1");
});

test("diff tells how full the log is, and from 80 percent on what to do", async () => {
  const made = empty();
  await run(made, "apply", "--max-bytes", "1G");
  const settings = made.stream?.settings;
  if (settings === undefined) throw new Error("there is no log");
  const [firstAtMs, records] = [noonMs - 100 * 86_400_000, 3_000_000];
  made.stream = { settings, usedBytes: 512 * 1024 ** 2, records, madeMs: 0, firstAtMs };
  const half = await run(made, "diff");
  assert.is(half.exit, 0);
  assert.match(
    half.out,
    "\n\nHD_AUDIT: 50 % of 1024 MiB used, 3000000 records; 5.1 MiB more each day, full about 2026-05-11 at this rate\n",
  );
  made.stream = { settings, usedBytes: 0.8 * 1024 ** 3, records, madeMs: 0, firstAtMs };
  const { exit, out } = await run(made, "diff");
  assert.is(exit, 0);
  assert.match(out, "The log is nearly full. A full log takes no request. Raise its bound");
  const { room } = JSON.parse((await run(made, "diff", "-o", "json")).out).streams[0];
  assert.equal([room.percent, room.state, room.records], [80, "nearly_full", records]);
  assert.not.match((await run(made, "apply")).out, "HD_AUDIT: ");
  made.stream = { settings, usedBytes: 0, records: 0, madeMs: 0, firstAtMs: undefined };
  assert.match((await run(made, "diff")).out, "0 records; too young to say how it grows");
});

test("the command that is named does the same to the same log", async () => {
  const words = ["--context", "home", "--as", "bob", "--host", "prod/web1:web", "--deploy-subject", "deploy.<tier>.x"];
  const contexts: CliEnv["contexts"] = {
    selected: () => right(undefined),
    names: async () => [],
    read: () => right({ servers: ["nats://home"], credentials: undefined, tls: undefined, requester: undefined }),
  };
  const w = world({ contexts, provision: () => right(provisioner(empty())) });
  assert.is(await w.hd("streams", "diff", ...words), 3);
  const [, next = ""] = /^create what is missing: hd (.*)$/m.exec(w.out()) ?? [];
  assert.is(next, "streams apply --host prod/web1:web --deploy-subject 'deploy.<tier>.x' --context home --as bob");
});

test("a template that cannot be served is refused before anything is made", async () => {
  const made = empty();
  const { exit, err } = await run(made, "apply", "--host", "prod/web1", "--deploy-subject", "deploy.<teir>.x");
  assert.is(exit, 2);
  assert.match(err, 'error: Nothing was done: "deploy.<teir>.x": <teir> is not a variable');
  assert.is(made.stream, undefined);
});

test("as JSON", async () => {
  const { out } = await run(empty(), "diff", "-o", "json");
  assert.equal(JSON.parse(out), {
    ...{ apiVersion: "hd/v1", kind: "Streams" },
    streams: ["HD_AUDIT", "KV_HD_HOSTS"].map((name) => ({
      ...{ kind: "stream", name, outcome: "missing", fixed: [], differences: [] },
    })),
  });
});

test.run();
