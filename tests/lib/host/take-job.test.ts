/** Taking a job: once, by one process, and never after its journal has its end, at whatever point its closing stands. */
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { claimant } from "../../../lib/host/claim.ts";
import { preventStart } from "../../../lib/host/job-state.ts";
import { appendEvent, createJournal } from "../../../lib/host/journal.ts";
import { closeJournal, makeStateDir, stateDir } from "../../../lib/host/state-dir.ts";
import { takeJob } from "../../../lib/host/take-job.ts";
import { event, order, requestId } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/take-job");
const root = tempDir("take-job");
const { id } = order();
const job = { pid: 4711, started: "12345", boot: "b1" };
const processes = { self: async () => ({ ...job, pid: 99 }), alive: async () => false };
let dir = stateDir(root);
let count = 0;

test.before.each(async () => {
  dir = stateDir(join(root, String(count++)));
  await makeStateDir(dir);
  createJournal(dir.open, order(), event(order(), { status: "accepted" }));
});

const take = async (): Promise<string> => {
  const taken = await takeJob(dir.open, id, job);
  return taken._tag === "Right" ? "taken" : taken.left;
};

test("a job is taken with its order, and by its claim", async () => {
  assert.equal(await takeJob(dir.open, id, job), { _tag: "Right", right: order() });
  assert.equal(await claimant(dir.open, id), job);
});

test("of many that are started, one takes it", async () => {
  const taken = await Promise.all(Array.from({ length: 50 }, take));
  assert.is(taken.filter((each) => each === "taken").length, 1);
  assert.is(taken.filter((each) => each === "req-1 has been started before; it runs once").length, 49);
});

test("a request that nobody accepted is not taken, and leaves nothing behind", async () => {
  const taken = await takeJob(dir.open, requestId("other"), job);
  assert.match(taken._tag === "Left" ? taken.left : "taken", /other\.ndjson is not there/);
  assert.equal(readdirSync(dir.open), ["req-1.ndjson"]);
});

/** A listener gave the job up and wrote its end. */
const giveUp = async (): Promise<void> => {
  await preventStart(dir.open, id, processes);
  await appendEvent(dir.open, id, event(order(), { status: "failed", phase: null }));
};

test("a job that was given up is not taken any more", async () => {
  await giveUp();
  assert.is(await take(), "req-1 has been started before; it runs once");
  await closeJournal(dir, id);
  assert.match(await take(), /is not there/);
});

test("also not when its claim has been put away and its journal not yet", async () => {
  await giveUp();
  renameSync(join(dir.open, "req-1.run"), join(dir.done, "req-1.run"));
  assert.is(await take(), "req-1 has ended without it");
});

test("also not when it had read the journal before it was closed", async () => {
  for (let round = 0; round < 100; round++) {
    dir = stateDir(join(root, `closing-${round}`));
    await makeStateDir(dir);
    createJournal(dir.open, order(), event(order(), { status: "accepted" }));
    await giveUp();
    const [taken] = await Promise.all([take(), closeJournal(dir, id)]);
    assert.is.not(taken, "taken", `round ${round}`);
  }
});

test("a folder that is not there is told", async () => {
  mkdirSync(join(root, "empty"));
  assert.match(
    await takeJob(join(root, "empty"), id, job).then((taken) => JSON.stringify(taken), String),
    "is not there",
  );
});

test.run();
