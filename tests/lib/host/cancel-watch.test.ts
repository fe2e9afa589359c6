/** The news of a cancel reaches the job, whenever it was decided; any other decision is no news. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { untilCancelled } from "../../../lib/host/cancel-watch.ts";
import { type Decision, decide } from "../../../lib/host/decision.ts";
import { order, requester } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/cancel-watch");
const root = tempDir("cancel-watch");
const { id } = order();
const cancel: Decision = { kind: "cancel", by: requester("bob"), reason: "the wrong branch" };
let dir = root;
let count = 0;

test.before.each(() => {
  dir = join(root, String(count++));
  mkdirSync(dir);
});

test("decided before or while it watches", async () => {
  const { signal } = new AbortController();
  const watching = untilCancelled(dir, id, signal);
  await decide(dir, id, cancel);
  assert.equal(await watching, cancel);
  assert.equal(await untilCancelled(dir, id, signal), cancel);
});

test("a decision that a crash tore cancels", async () => {
  writeFileSync(join(dir, `${id}.decision`), '{"kind":"acti');
  assert.equal(await untilCancelled(dir, id, new AbortController().signal), { kind: "cancel" });
});

test("not by what is decided otherwise, nor by a stop", async () => {
  const stop = new AbortController();
  const news: Decision[] = [];
  void untilCancelled(dir, id, stop.signal).then((decision) => news.push(decision));
  stop.abort();
  await decide(dir, id, { kind: "activate" });
  void untilCancelled(dir, id, new AbortController().signal).then((decision) => news.push(decision));
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.equal(news, []);
});

test.run();
