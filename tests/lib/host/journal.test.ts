/** The journal under crashes: what was torn costs one event at most, and no event ever changes its number. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import type { JobOrder } from "../../../lib/host/job-order.ts";
import { appendEvent, createJournal, journalFile, readJournal, syncJournal } from "../../../lib/host/journal.ts";
import { event, order, requestId, role } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/journal");
const root = tempDir("journal");
let dir = "";
let count = 0;

test.before.each(() => {
  dir = join(root, String(count++));
  mkdirSync(dir);
});

const id = requestId("req-1");
const accepted = event(order(), { status: "accepted" });
const started = event(order(), { status: "started", phase: "build" });
const failed = event(order(), { status: "failed", error: "interrupted" as NonNullable<DeployEvent["error"]> });
const text = () => readFileSync(journalFile(dir, id), "utf8");

/** The messages of the events as they are numbered, or why there are none. */
const events = async (): Promise<readonly string[] | string> => {
  const journal = await readJournal(dir, id);
  return isLeft(journal) ? journal.left : journal.right.events.map(({ status }) => status);
};

const rejects = async (work: Promise<unknown>, pattern: RegExp): Promise<void> => {
  const error = await work.then(
    () => assert.unreachable("it did not reject"),
    (thrown: unknown) => thrown,
  );
  assert.match(String(error), pattern);
};

test("a new journal holds its order and the acceptance, for our eyes only", async () => {
  createJournal(dir, order(), accepted);
  assert.is(text(), `${JSON.stringify(order())}\n${JSON.stringify(accepted)}\n`);
  assert.is(statSync(journalFile(dir, id)).mode & 0o777, 0o600);
  assert.equal(await readJournal(dir, id), {
    _tag: "Right",
    right: { order: order(), events: [accepted], numbers: [1] },
  });
});

test("events are read back as they were written, in order", async () => {
  createJournal(dir, order(), accepted);
  const hard = { ...started, message: 'two\nlines, "quotes", \\n, 😀 and \u2028' };
  await appendEvent(dir, id, hard);
  await appendEvent(dir, id, failed);
  assert.equal(await readJournal(dir, id), {
    _tag: "Right",
    right: { order: order(), events: [accepted, hard, failed], numbers: [1, 2, 3] },
  });
});

test("an id that has a journal gets no second one, and the first stays as it is", async () => {
  createJournal(dir, order(), accepted);
  assert.throws(() => createJournal(dir, order({ request_seq: 99 }), accepted), /EEXIST/);
  assert.is(text(), `${JSON.stringify(order())}\n${JSON.stringify(accepted)}\n`);
});

test("a journal is brought to the disk as it is, many at once, also one that has grown", async () => {
  const ids = Array.from({ length: 20 }, (_, n) => requestId(`req-${n}`));
  for (const each of ids) createJournal(dir, order({ id: each }), accepted);
  const before = readdirSync(dir).map((name) => readFileSync(join(dir, name), "utf8"));
  await Promise.all(ids.map((each) => syncJournal(dir, each)));
  assert.equal(
    readdirSync(dir).map((name) => readFileSync(join(dir, name), "utf8")),
    before,
  );
  await appendEvent(dir, id, started);
  await syncJournal(dir, id);
  assert.equal(await events(), ["accepted", "started"]);
});

test("a journal that was removed before it came to the disk is told", async () => {
  await rejects(syncJournal(dir, id), /ENOENT/);
  createJournal(dir, order(), accepted);
  await syncJournal(dir, id);
});

test("a folder that is not there, or is no folder, is told", async () => {
  assert.throws(() => createJournal(join(dir, "nowhere"), order(), accepted), /ENOENT/);
  writeFileSync(join(dir, "file"), "");
  assert.throws(() => createJournal(join(dir, "file"), order(), accepted), /ENOTDIR/);
  await rejects(appendEvent(dir, id, started), /ENOENT/);
  assert.equal(readdirSync(dir), ["file"]);
});

test("what could not be read back is not written", async () => {
  const roles = Array.from({ length: 33 }, (_, n) => role(`r${n}`));
  assert.throws(() => createJournal(dir, { ...order(), roles }, accepted), /roles: must be a list of at most 32/);
  assert.throws(
    () => createJournal(dir, { ...order(), flake_url: "x".repeat(2001) }, accepted),
    /flake_url: must be text/,
  );
  assert.throws(() => createJournal(dir, { ...order(), id: "../x" } as unknown as JobOrder, accepted), /id: must be/);
  assert.throws(() => createJournal(dir, order(), { ...accepted, message: "\u001b" }), /message: must be text/);
  assert.equal(readdirSync(dir), []);
  createJournal(dir, order(), accepted);
  await rejects(appendEvent(dir, id, { ...started, message: "\u001b" }), /message: must be text/);
  assert.equal(await events(), ["accepted"]);
});

test("a disk that is full leaves no half journal", () => {
  const module = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);
  const source = `
    import { readdirSync } from "node:fs";
    import { createJournal } from ${module("lib/host/journal.ts")};
    import { event, order } from ${module("tests/support/fixtures.ts")};
    const of = order({ flake_url: "x".repeat(2000) });
    let code = "made";
    try {
      createJournal(${JSON.stringify(dir)}, of, event(of, { status: "accepted" }));
    } catch (error) {
      code = error.code;
    }
    console.log(code, JSON.stringify(readdirSync(${JSON.stringify(dir)})));`;
  const script = join(root, "full.mts");
  writeFileSync(script, source);
  // No file may grow past one block, which is how a full disk looks to a program.
  const shell = `trap '' XFSZ; ulimit -f 1; exec ${process.execPath} --import tsx ${script}`;
  assert.is(execFileSync("/bin/sh", ["-c", shell], { encoding: "utf8" }), "EFBIG []\n");
});

test("a journal that was torn while it was made is none, wherever it was torn", async () => {
  createJournal(dir, order(), accepted);
  const { length } = text();
  for (let size = length - 1; size >= 0; size -= 7) {
    truncateSync(journalFile(dir, id), size);
    assert.is(typeof (await events()), "string", `${size} bytes`);
  }
});

test("a journal of a version that we do not know is none, and that is said", async () => {
  writeFileSync(journalFile(dir, id), '{"journal":2}\n{"kind":"accepted"}\n');
  assert.match(String(await events()), /does not begin as a journal: journal: must be a whole number from 1 to 1/);
});

test("a torn last line is not read, wherever it was torn", async () => {
  createJournal(dir, order(), accepted);
  const before = text().length;
  await appendEvent(dir, id, started);
  const after = text().length;
  for (let size = after - 1; size > before; size -= 3) {
    truncateSync(journalFile(dir, id), size);
    assert.equal(await events(), ["accepted"], `${size} bytes`);
  }
});

test("what follows a torn line has the number that the torn one would have had", async () => {
  for (const torn of [
    '{"hostname":"web1","sta',
    JSON.stringify(started),
    "\0\0\0",
    "{",
    '"',
    `${JSON.stringify(started)} `,
  ]) {
    writeFileSync(journalFile(dir, id), `${JSON.stringify(order())}\n${JSON.stringify(accepted)}\n${torn}`);
    assert.equal(await events(), ["accepted"], torn);
    await appendEvent(dir, id, failed);
    assert.equal(await events(), ["accepted", "failed"], torn);
    await appendEvent(dir, id, started);
    assert.equal(await events(), ["accepted", "failed", "started"], torn);
  }
});

test("a last word that was torn off before its line feed never joins the one that is written in its place", async () => {
  createJournal(dir, order(), accepted);
  appendFileSync(journalFile(dir, id), JSON.stringify(event(order(), { status: "completed" })));
  await appendEvent(dir, id, failed);
  assert.equal(await events(), ["accepted", "failed"]);
});

test("binary garbage is no journal, and garbage within one is left out", async () => {
  const garbage = Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 167) % 256));
  writeFileSync(journalFile(dir, id), garbage);
  assert.match(String(await events()), /does not begin as a journal/);
  const lines = [
    JSON.stringify(order()),
    JSON.stringify(accepted),
    "null",
    "[]",
    "{}",
    JSON.stringify(failed),
    "",
  ].join("\n");
  writeFileSync(journalFile(dir, id), lines);
  assert.equal(await events(), ["accepted", "failed"]);
});

test("no journal is told, a journal that cannot be read is a fault", async () => {
  assert.match(String(await events()), /req-1\.ndjson is not there/);
  mkdirSync(journalFile(dir, id));
  await rejects(readJournal(dir, id), /EISDIR/);
});

test("an event keeps its number, whatever happens to the lines before it, and a new one comes after all of them", async () => {
  createJournal(dir, order(), accepted);
  await appendEvent(dir, id, started);
  await appendEvent(dir, id, started);
  const [head, first, second, third] = text().split("\n");
  const numbers = async (...lines: readonly (string | undefined)[]) => {
    writeFileSync(journalFile(dir, id), `${lines.join("\n")}\n`);
    await appendEvent(dir, id, failed);
    const journal = await readJournal(dir, id);
    return journal._tag === "Left" ? journal.left : journal.right.numbers;
  };
  assert.equal(await numbers(head, first, second, third), [1, 2, 3, 4]);
  assert.equal(await numbers(head, first, "dam\naged", third), [1, 3, 5]);
  assert.equal(await numbers(head, first, `${second}${third}`), [1, 3]);
  await appendEvent(dir, id, failed, 7);
  const journal = await readJournal(dir, id);
  assert.equal(journal._tag === "Right" ? journal.right.numbers : [], [1, 3, 8]);
});

test.run();
