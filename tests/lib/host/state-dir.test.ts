/** The state folder: closing is taken up again wherever it was interrupted, and what is removed goes in an order that survives. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  checkRoom,
  closeJournal,
  journalIds,
  makeStateDir,
  outputFile,
  pruneDecisions,
  pruneDone,
  removeJournal,
  stateDir,
} from "../../../lib/host/state-dir.ts";
import { requestId } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/state-dir");
const root = tempDir("state-dir");
const id = requestId("req-1");
const files = ["req-1.cursor", "req-1.log", "req-1.ndjson", "req-1.run"];
let dir = stateDir(root);
let count = 0;

test.before.each(async () => {
  dir = stateDir(join(root, String(count++), "hd"));
  await makeStateDir(dir);
});

const put = (folder: string, ...names: readonly string[]) => {
  for (const name of names) writeFileSync(join(folder, name), name);
};

test("the folders are ours alone, and making them again is no trouble", async () => {
  await makeStateDir(dir);
  for (const folder of [dir.open, dir.done]) assert.is(statSync(folder).mode & 0o777, 0o700);
  assert.is(outputFile(dir.open, id), join(dir.open, "req-1.log"));
});

test("a folder that can keep a journal has room; one that is gone, or a file, has none", () => {
  checkRoom(dir.open);
  assert.throws(() => checkRoom(join(root, "nowhere")), /ENOENT/);
  put(dir.open, "file");
  assert.throws(() => checkRoom(join(dir.open, "file", "in it")), /ENOTDIR/);
});

test("ids are those of journals; what has another name is not ours", async () => {
  put(dir.open, ...files, "b.ndjson", "-x.ndjson", ".ndjson", "a b.ndjson", "x.y.ndjson", "c.ndjson.new", "README");
  assert.equal((await journalIds(dir.open)).toSorted(), ["b", "req-1"]);
});

test("closing moves all of a request's files, and none of another's", async () => {
  put(dir.open, ...files, "req-10.ndjson", "req-1x.log");
  await closeJournal(dir, id);
  assert.equal(readdirSync(dir.done).toSorted(), files);
  assert.equal(readdirSync(dir.open).toSorted(), ["req-10.ndjson", "req-1x.log"]);
  for (const name of files) assert.is(readFileSync(join(dir.done, name), "utf8"), name);
});

test("a request with fewer files closes too, and one that is closed stays so", async () => {
  put(dir.open, "req-1.ndjson");
  await closeJournal(dir, id);
  await closeJournal(dir, id);
  assert.equal(readdirSync(dir.done), ["req-1.ndjson"]);
});

/** What can be moved and what cannot: a folder of the same name with something in it stands in the way. */
const block = (name: string) => {
  mkdirSync(join(dir.done, name));
  put(join(dir.done, name), "in the way");
};

test("interrupted anywhere, the journal is still there to be closed, and the next time it is", async () => {
  for (const blocked of files) {
    dir = stateDir(join(root, `interrupted-at-${blocked}`));
    await makeStateDir(dir);
    put(dir.open, ...files);
    block(blocked);
    const told = await closeJournal(dir, id).then(String, String);
    assert.match(told, /EISDIR|ENOTDIR|ENOTEMPTY|EEXIST/, blocked);
    assert.is(existsSync(join(dir.open, "req-1.ndjson")), true, blocked);
    renameSync(join(dir.done, blocked), join(root, `aside-${blocked}`));
    await closeJournal(dir, id);
    assert.equal(readdirSync(dir.done).toSorted(), files, blocked);
    assert.equal(readdirSync(dir.open), [], blocked);
  }
});

test("as long as a journal is not closed, how far it was forwarded is known", async () => {
  for (const blocked of files) {
    dir = stateDir(join(root, `known-at-${blocked}`));
    await makeStateDir(dir);
    put(dir.open, ...files);
    block(blocked);
    await closeJournal(dir, id).catch(() => {});
    const known = existsSync(join(dir.open, "req-1.cursor")) || blocked === "req-1.ndjson";
    assert.is(known, true, blocked);
  }
});

test("a missing folder is told", async () => {
  put(dir.open, ...files);
  const told = await closeJournal({ ...dir, done: join(root, "nowhere") }, id).then(String, String);
  assert.match(told, "ENOENT");
  assert.equal(readdirSync(dir.open).toSorted(), files);
});

test("removing takes all of a request's files, and is no trouble twice", async () => {
  put(dir.open, ...files, "req-10.ndjson");
  await removeJournal(dir.open, id);
  await removeJournal(dir.open, id);
  assert.equal(readdirSync(dir.open), ["req-10.ndjson"]);
});

test("a request whose journal is removed is still cancelled when it comes again", async () => {
  put(dir.open, ...files, "req-1.decision");
  await removeJournal(dir.open, id);
  assert.equal(readdirSync(dir.open), ["req-1.decision"]);
});

test("decisions of requests that never came go when none of that age is valid any more; those of a journal stay", async () => {
  const dayS = 24 * 60 * 60;
  const nowS = 100 * dayS;
  const draft = "req-4.decision.2f3ec136-561d-4ab1-a4e6-bfcfe8ff9983";
  const aged = { "req-1.decision": 9, "req-2.decision": 9, "req-3.decision": 7, [draft]: 9 };
  put(dir.open, "req-2.ndjson", ...Object.keys(aged));
  for (const [name, days] of Object.entries(aged)) {
    utimesSync(join(dir.open, name), nowS - days * dayS, nowS - days * dayS);
  }
  await pruneDecisions(dir, nowS * 1000);
  assert.equal(readdirSync(dir.open).toSorted(), ["req-2.decision", "req-2.ndjson", "req-3.decision"]);
});

test("of the decisions without a journal the newest are kept: somebody may cancel ids without end", async () => {
  put(dir.open, "req-0.ndjson");
  const names = Array.from({ length: 6 }, (_, n) => `req-${n}.decision`);
  put(dir.open, ...names);
  for (const [n, name] of names.entries()) utimesSync(join(dir.open, name), 1_000 + n, 1_000 + n);
  await pruneDecisions(dir, 1_010_000, 2);
  assert.equal(readdirSync(dir.open).toSorted(), [
    "req-0.decision",
    "req-0.ndjson",
    "req-4.decision",
    "req-5.decision",
  ]);
});

test("a decision that a job makes at that moment is left alone", async () => {
  put(dir.open, "req-1.ndjson");
  symlinkSync("nowhere", join(dir.open, "req-1.decision.2f3ec136-561d-4ab1-a4e6-bfcfe8ff9983"));
  await pruneDecisions(dir, Date.now());
});

test("what cannot be removed as a whole keeps its journal, so that it is tried again", async () => {
  for (const stuck of [".log", ".run", ".cursor"]) {
    const each = requestId(`stuck${stuck.replace(".", "-")}`);
    put(dir.open, `${each}.ndjson`);
    mkdirSync(join(dir.open, each + stuck));
    const told = await removeJournal(dir.open, each).then(String, String);
    assert.match(told, /EISDIR|directory/i);
    assert.is(existsSync(join(dir.open, `${each}.ndjson`)), true, stuck);
  }
});

test("of the closed requests the newest are kept, with all their files", async () => {
  for (const [n, name] of ["oldest", "older", "newer", "newest"].entries()) {
    put(dir.done, `${name}.ndjson`, `${name}.log`, `${name}.run`, `${name}.cursor`);
    utimesSync(join(dir.done, `${name}.ndjson`), n, 1_000_000 + n);
  }
  put(dir.done, "README");
  await pruneDone(dir, 2);
  const kept = ["newer", "newest"].flatMap((name) => [".cursor", ".log", ".ndjson", ".run"].map((end) => name + end));
  assert.equal(readdirSync(dir.done).toSorted(), ["README", ...kept]);
  await pruneDone(dir, 2);
  assert.is(readdirSync(dir.done).length, 9);
});

test("as many as are kept, or none at all, are no trouble", async () => {
  await pruneDone(dir);
  put(dir.done, "a.ndjson");
  await pruneDone(dir);
  assert.equal(readdirSync(dir.done), ["a.ndjson"]);
  await pruneDone(dir, 0);
  assert.equal(readdirSync(dir.done), []);
});

test.run();
