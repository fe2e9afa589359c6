/** The claim: one holder among any number of claimants, whole as soon as it is seen, and told apart from a later process. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RequestId } from "../../../lib/contract/values.ts";
import { claim, claimant } from "../../../lib/host/claim.ts";
import type { Processes } from "../../../lib/host/holder-file.ts";
import { jobState, preventStart } from "../../../lib/host/job-state.ts";
import { requestId } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/claim");
const root = tempDir("claim");
let dir = "";
let count = 0;

test.before.each(() => {
  dir = join(root, String(count++));
  mkdirSync(dir);
});

const id = requestId("req-1");
const holder = { pid: 4711, started: "12345", boot: "b1" };
const listener = { pid: 99, started: "1", boot: "b1" };
const processes = (...alive: readonly object[]): Processes => ({
  self: async () => listener,
  alive: async (identity) => alive.some((each) => JSON.stringify(each) === JSON.stringify(identity)),
});
const tear = (contents: string | Uint8Array) => writeFileSync(join(dir, "req-1.run"), contents);

test("the first claim holds, for our eyes only, and a second changes nothing", async () => {
  assert.is(await claimant(dir, id), "none");
  assert.is(await claim(dir, id, holder), true);
  assert.is(await claim(dir, id, { ...holder, pid: 1 }), false);
  assert.equal(await claimant(dir, id), holder);
  assert.equal(readdirSync(dir), ["req-1.run"]);
  assert.is(statSync(join(dir, "req-1.run")).mode & 0o777, 0o600);
});

test("of many claimants at once, one holds", async () => {
  const claims = await Promise.all(Array.from({ length: 100 }, (_, n) => claim(dir, id, { ...holder, pid: n + 1 })));
  assert.is(claims.filter(Boolean).length, 1);
  assert.equal(await claimant(dir, id), { ...holder, pid: claims.indexOf(true) + 1 });
  assert.equal(readdirSync(dir), ["req-1.run"]);
});

test("a claim is whole as soon as it is there: a claimant at work is never taken for one that is gone", async () => {
  const torn: string[] = [];
  for (let round = 0; round < 200; round++) {
    const each = requestId(`round-${round}`);
    let done = false;
    const claiming = claim(dir, each, holder).finally(() => {
      done = true;
    });
    while (!done) {
      if ((await claimant(dir, each)) === "unreadable") torn.push(each);
    }
    await claiming;
  }
  assert.equal(torn, []);
});

test("claims of other requests are others", async () => {
  assert.is(await claim(dir, id, holder), true);
  assert.is(await claim(dir, requestId("req-2"), listener), true);
  assert.equal(await claimant(dir, requestId("req-2")), listener);
});

test("a folder that is not there is told, never taken for a claim", async () => {
  const told = await claim(join(dir, "nowhere"), id, holder).then(String, String);
  assert.match(told, "ENOENT");
});

const garbage = ["", "\n", "{", "null", "[]", "4711", '{"pid":0,"started":"1","boot":"b"}', '{"pid":"1"}', "\0\0\0\0"];

test("a torn claim is unreadable, and cannot be taken over", async () => {
  for (const contents of [...garbage, Buffer.from([0xff, 0xfe])]) {
    tear(contents);
    assert.is(await claimant(dir, id), "unreadable", String(contents));
    assert.is(await claim(dir, id, holder), false);
    assert.is(readFileSync(join(dir, "req-1.run")).compare(Buffer.from(contents)), 0);
  }
});

test("the state of a job is that of its claim's holder", async () => {
  const state = (each: RequestId, ...alive: readonly object[]) => jobState(dir, each, processes(...alive));
  assert.is(await state(id), "starting");
  await claim(dir, id, holder);
  assert.is(await state(id, holder), "running");
  assert.is(await state(id), "gone");
  assert.is(await state(id, { ...holder, started: "99999" }), "gone");
  assert.is(await state(id, { ...holder, boot: "b2" }), "gone");
  tear("{");
  assert.is(await state(id, holder), "gone");
});

test("a job that was given up cannot start, and one that started cannot be given up", async () => {
  assert.is(await preventStart(dir, id, processes()), true);
  assert.is(await claim(dir, id, holder), false);
  assert.is(await preventStart(dir, id, processes()), false);
  const other = requestId("req-2");
  await claim(dir, other, holder);
  assert.is(await preventStart(dir, other, processes()), false);
  assert.equal(await claimant(dir, other), holder);
});

test("between a job that starts and a listener that gives it up, one wins", async () => {
  for (let round = 0; round < 100; round++) {
    const each = requestId(`round-${round}`);
    const [job, given] = await Promise.all([claim(dir, each, holder), preventStart(dir, each, processes())]);
    assert.is(Number(job) + Number(given), 1);
  }
});

test("a job that this very listener gave up never runs, although the claim's holder lives", async () => {
  await preventStart(dir, id, processes());
  assert.is(await jobState(dir, id, processes(listener)), "prevented");
});

test.run();
