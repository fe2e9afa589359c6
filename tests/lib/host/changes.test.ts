/** Waiting for a file: a change wakes, a stop wakes, and where the kernel gives no notice the limit does. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import { changesOf } from "../../../lib/host/changes.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/changes");
const dir = tempDir("changes");
/** So long that a wait which nobody wakes fails the file by its deadline. */
const neverMs = 2 ** 31 - 1;

const watching = (name: string) => {
  const file = join(dir, name);
  writeFileSync(file, "");
  const stop = new AbortController();
  return { file, stop, changes: changesOf(file, stop.signal) };
};

test("a change wakes", async () => {
  const { file, changes } = watching("grown");
  const next = changes.next(neverMs);
  appendFileSync(file, "more");
  await next;
  changes.close();
});

test("a change that came before the wait is not missed", async () => {
  const { file, changes } = watching("early");
  appendFileSync(file, "more");
  // The notice is read from the kernel between two turns.
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  await changes.next(neverMs);
  changes.close();
});

test("without a change the limit wakes, each time", async () => {
  const { changes } = watching("quiet");
  await changes.next(1);
  await changes.next(1);
  changes.close();
});

test("a stop wakes whoever waits, and whoever waits later", async () => {
  const { stop, changes } = watching("stopped");
  const next = changes.next(neverMs);
  stop.abort();
  await next;
  await changes.next(neverMs);
  await changes.next(neverMs);
  changes.close();
});

test("a file that cannot be watched leaves the limit, and the stop", async () => {
  const stop = new AbortController();
  const changes = changesOf(join(dir, "nowhere", "at all"), stop.signal);
  await changes.next(1);
  const next = changes.next(neverMs);
  stop.abort();
  await next;
  changes.close();
});

test("closing leaves nothing behind: the process can end", () => {
  const { changes } = watching("closed");
  changes.close();
  changes.close();
});

test.run();
