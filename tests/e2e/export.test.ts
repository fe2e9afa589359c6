/**
 * A log that was exported and imported is the same log: record by record, and in everything that people see of it. What goes
 * into it later is no part of the import, whatever its sender claims.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers, nanos } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { importedKey, storedAtHeader } from "../../lib/contract/log-names.ts";
import type { Identity } from "../../lib/contract/permissions.ts";
import { addressesOf } from "../../lib/contract/template.ts";
import { rightOf } from "../support/either.ts";
import { requester, web1 } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/nats.ts";
import { type ServedWorld, startWorld, tiers } from "../support/nats-world.ts";
import { type Ran, runInProcess } from "./support/in-process.ts";

const test = suite("e2e/export");
const dir = temporaryFolder();
const file = (name: string): string => join(dir, name);

const identities: readonly Identity[] = [
  { kind: "deployer", requester: requester("alice"), tiers: [...tiers] },
  { kind: "auditor", requester: requester("carol") },
];

const worlds: ServedWorld[] = [];
const start = async (): Promise<ServedWorld> => {
  const world = await startWorld(identities);
  worlds.push(world);
  return world;
};
test.after(async () => {
  for (const world of worlds) {
    await world.close();
    await world.server.stop();
  }
});

const hd = (world: ServedWorld, name: string, ...words: readonly string[]): Promise<Ran> =>
  runInProcess(words, {
    HOMELAB_DEPLOY_NATS_URL: world.server.url,
    HOMELAB_DEPLOY_NKEY_FILE: world.keys.get(name),
    HOMELAB_DEPLOY_REQUESTER: name,
  });

interface Sent {
  readonly id?: string;
  readonly body?: string | Uint8Array;
  readonly with?: readonly (readonly [string, string])[];
}

/** As anybody may who may publish at all; ids are remembered for a moment only, so that one may come twice. */
const fill = async (world: ServedWorld, records: readonly Sent[]): Promise<void> => {
  const nc = await world.raw("owner");
  const { streams } = await jetstreamManager(nc, { checkAPI: false });
  await streams.update("HD_AUDIT", { duplicate_window: nanos(100) });
  const js = jetstream(nc);
  for (const { id, body = "{}", with: more = [] } of records) {
    const sent = headers();
    for (const [name, value] of more) sent.append(name, value);
    const options = { headers: sent, ...(id === undefined ? {} : { msgID: id }) };
    while ((await js.publish("hd.req.alice.prod.web1", body, options)).duplicate);
  }
  await streams.update("HD_AUDIT", { duplicate_window: nanos(15 * 60_000) });
};

const strange: readonly Sent[] = [
  { id: "a", body: `{"action":"switch","revision":"main","reason":"a secret"}` },
  { id: "b", body: new Uint8Array([0xff, 0xfe, 0x00, 0x80]) },
  { body: "" },
  { id: "a", body: `{"action":"switch","revision":"main"}` },
  {
    id: "a",
    with: [
      ["Hd-Anything", "grün"],
      ["Hd-Anything", "zwei"],
      ["__proto__", "x"],
      ["7", ""],
    ],
  },
  { id: "c", with: [[storedAtHeader, "2001-01-01T00:00:00Z"]], body: "\u{feff}\u2028" },
];

const recordsIn = (name: string): readonly string[] => readFileSync(file(name), "utf8").split("\n").slice(1);

const source = start().then(async (world) => {
  await world.apply();
  await fill(world, strange);
  const { code, err } = await hd(world, "carol", "export", "--out", file("log.ndjson"));
  assert.is(code, 0, err);
  assert.is(err, `Exported 6 records, 1 to 6 to ${file("log.ndjson")}.\n`);
  return world;
});

test("a file has its name, is its owner's, and is not replaced unasked", async () => {
  const world = await source;
  assert.is(statSync(file("log.ndjson")).mode & 0o777, 0o600);
  const again = await hd(world, "carol", "export", "--out", file("log.ndjson"));
  assert.is(again.code, 2);
  assert.match(again.err, /log\.ndjson is there already\. Give another name, or --force to replace it/);
  assert.is((await hd(world, "carol", "export", "--out", file("log.ndjson"), "--force")).code, 0);
});

test("an imported log is the same, byte for byte, and its times are believed", async () => {
  await source;
  const world = await start();
  const imported = await hd(world, "owner", "import", file("log.ndjson"));
  assert.is(imported.code, 0, imported.err);
  assert.is(imported.out, "Imported 6 records, 1 to 6.\n");
  const again = await hd(world, "carol", "export", "--out", file("again.ndjson"));
  assert.is(again.code, 0, again.err);
  assert.equal(recordsIn("again.ndjson"), recordsIn("log.ndjson"));

  const from = await (await source).bus("carol");
  const to = await world.bus("carol");
  for (const log of [from.log, to.log]) assert.is(rightOf(await log.end()()), 6);
  assert.equal(rightOf(await to.log.range(1, ">", 10)()), rightOf(await from.log.range(1, ">", 10)()));
  assert.equal(rightOf(await to.log.next(3, ">")()), rightOf(await from.log.next(3, ">")()));
  const last = "hd.req.alice.prod.web1";
  assert.equal(rightOf(await to.log.last(last)()), rightOf(await from.log.last(last)()));
});

test("what is appended after an import has the server's time, whatever it claims", async () => {
  const world = worlds.at(-1) as ServedWorld;
  const before = Date.now() - 60_000;
  const nc = await world.raw("alice");
  const sent = headers();
  sent.append(storedAtHeader, "2001-01-01T00:00:00Z");
  await jetstream(nc, { apiPrefix: "hd.api" }).publish("hd.req.alice.prod.web1", "{}", { headers: sent });
  const { log } = await world.bus("carol");
  assert.ok((rightOf(await log.next(7, ">")())?.atMs ?? 0) > before);
  await hd(world, "carol", "export", "--out", file("later.ndjson"), "--from", "7");
  assert.match(recordsIn("later.ndjson")[0] ?? "", /"Hd-Stored-At":\["2001-01-01T00:00:00Z"\]/);
});

test("a log that was imported is one that hd streams apply would make", async () => {
  const world = worlds.at(-1) as ServedWorld;
  const [stream] = await world.apply({ maxBytes: 1024 ** 3 });
  assert.is(stream?.outcome, "matches");
});

test("a log with records, or with the place of a host, is not imported into", async () => {
  const world = await source;
  const { code, err } = await hd(world, "owner", "import", file("log.ndjson"));
  assert.is(code, 2);
  assert.match(err, /Nothing was imported: the log \(stream HD_AUDIT\) holds records already\./);
});

test("a log in which hosts have their place is not imported into: they would run what was run long ago", async () => {
  const world = await start();

  await world.apply({ hosts: [[web1.hostname, addressesOf(web1)]] });
  const { code, err } = await hd(world, "owner", "import", file("log.ndjson"));
  assert.is(code, 2);
  assert.match(err, /hosts have their place in the log already/);
  await world.provision((port) => port.deleteConsumer("HD_AUDIT", "host_web1")());
  assert.is((await hd(world, "owner", "import", file("log.ndjson"))).code, 0);
});

test("who does not own the streams cannot import", async () => {
  const world = await start();
  const { code, err } = await hd(world, "carol", "import", file("log.ndjson"));
  assert.is(code, 4, err);
});

test("a log that does not begin with 1 begins with the same in its copy", async () => {
  const world = await start();
  await hd(await source, "carol", "export", "--out", file("part.ndjson"), "--from", "3");
  assert.is((await hd(world, "owner", "import", file("part.ndjson"))).code, 0);
  await hd(world, "carol", "export", "--out", file("part-again.ndjson"));
  assert.equal(recordsIn("part-again.ndjson"), recordsIn("part.ndjson"));
});

test("an export with gaps, cut short or of nothing is refused before anything is made", async () => {
  const world = await start();
  const text = readFileSync(file("log.ndjson"), "utf8");
  const lines = text.split("\n");
  for (const [part, sentence] of [
    [text.slice(0, -30), /line 8: the line was cut short/],
    [[lines[0], lines[1], lines[3], '{"type":"end","records":2,"first":1,"last":3}', ""].join("\n"), /has no gaps/],
    [[lines[0], '{"type":"end","records":0,"first":0,"last":0}', ""].join("\n"), /holds no records/],
    ["hello\n", /line 1: it is not a JSON object/],
  ] as const) {
    writeFileSync(file("wrong.ndjson"), part);
    const { code, err } = await hd(world, "owner", "import", file("wrong.ndjson"));
    assert.is(code, 2, err);
    assert.match(err, sentence);
  }
  const nc = await world.raw("owner");
  const { streams } = await jetstreamManager(nc, { checkAPI: false });
  assert.equal(await streams.names().next(), []);
});

test("what is beside the log is sent nowhere, and nothing is made of such a file", async () => {
  const world = await start();
  const lines = readFileSync(file("log.ndjson"), "utf8").split("\n");
  const wrong = lines.map((line, n) =>
    n === 4 ? line.replace(/"hd\.[^"]+"/, '"$JS.API.STREAM.DELETE.HD_AUDIT"') : line,
  );
  writeFileSync(file("beside.ndjson"), wrong.join("\n"));
  const { code, err } = await hd(world, "owner", "import", file("beside.ndjson"));
  assert.is(code, 2, err);
  assert.match(err, /beside\.ndjson, line 5: subject is not the subject of a record of the log/);
  const { streams } = await jetstreamManager(await world.raw("owner"), { checkAPI: false });
  assert.equal(await streams.names().next(), []);
});

/** More than a record may hold. */
const tooLarge = (line: string): string =>
  JSON.stringify({ ...JSON.parse(line), body: "x".repeat(300_000), body_base64: undefined });

test("an import that the log refuses half-way stops, says so, and is not believed", async () => {
  const world = await start();
  const lines = readFileSync(file("log.ndjson"), "utf8").split("\n");
  const wrong = lines.map((line, n) => (n === 4 ? tooLarge(line) : line));
  writeFileSync(file("foreign.ndjson"), wrong.join("\n"));
  const { code, err } = await hd(world, "owner", "import", file("foreign.ndjson"));
  assert.is(code, 5, err);
  assert.match(err, /The import stopped after record \d of 6, .* nats stream rm HD_AUDIT/);
  const nc = await world.raw("owner");
  const { config } = await (await jetstreamManager(nc, { checkAPI: false })).streams.info("HD_AUDIT");
  assert.is(config.metadata?.[importedKey], undefined);
});

test("a redacted export has no free text, and no signature", async () => {
  const { code, out, err } = await hd(await source, "carol", "export", "--redact");
  assert.is(code, 0);
  assert.is(err, "Exported 6 records, 1 to 6, redacted.\n");
  assert.not.match(out, /secret|grün|Hd-/);
  assert.match(out, /"redacted":true/);
  assert.match(out, /\[redacted\]/);
});

test("what does not go together is refused, and what is not there is told", async () => {
  const world = await source;
  for (const [words, sentence] of [
    [["--id", "x", "--from", "2"], /leave out --since, --until, --from and --to/],
    [["--from", "3", "--to", "2"], /--from is after --to/],
    [["--since", "1h", "--until", "2h"], /--since is not before --until/],
    [["--id", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], /01ARZ3NDEKTSV4RRFFQ69G5FAV/],
    [["--out", join(dir, "nowhere", "x")], /cannot be written/],
    [["--out", dir], /is no file/],
  ] as const) {
    const { code, err, out } = await hd(world, "carol", "export", ...words);
    assert.is(code, 2, err);
    assert.is(out, "");
    assert.match(err, sentence);
  }
  const none = await hd(world, "carol", "export", "--from", "70");
  assert.is(none.err, "Exported no record: the log holds none of those.\n");
  assert.is(none.code, 0);
});

test.run();
