/** One at a time changes a fleet; a lock of a process that is no more is taken over, and nothing is left of it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { locked } from "../../../cli/fleet/lock.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("cli/fleet/lock");

const root = tempDir("lock");
let count = 0;
const folder = (): string => {
  count += 1;
  const dir = join(root, String(count));
  mkdirSync(dir);
  return dir;
};

const never = new AbortController().signal;

/** The number of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

test("tasks run one after the other, and the lock is gone with the last", async () => {
  const dir = folder();
  let inside = 0;
  const task = async () => {
    inside += 1;
    assert.is(inside, 1);
    assert.ok(existsSync(join(dir, ".hd.lock")));
    await new Promise(setImmediate);
    inside -= 1;
    return right("done");
  };
  const all = await Promise.all([1, 2, 3, 4].map(() => locked(dir, never, task)));
  assert.equal(all.map(rightOf), ["done", "done", "done", "done"]);
  assert.equal(readdirSync(dir), []);
});

test("a task that throws leaves no lock", async () => {
  const dir = folder();
  const failed = await locked(dir, never, () => Promise.reject(new Error("no"))).catch(String);
  assert.is(failed, "Error: no");
  assert.equal(readdirSync(dir), []);
});

for (const [who, pid] of Object.entries({
  "a dead process": deadPid(),
  "an earlier process of this number": process.pid,
})) {
  test(`the lock of ${who} is taken over`, async () => {
    const dir = folder();
    writeFileSync(join(dir, ".hd.lock"), `${pid} ${hostname()}\n`);
    rightOf(await locked(dir, never, async () => right(undefined)));
    assert.equal(readdirSync(dir), []);
  });
}

for (const holder of [`${process.ppid} ${hostname()}\n`, `${deadPid()} another-machine\n`, ""]) {
  test(`the lock of ${JSON.stringify(holder)} is respected; who waits can be interrupted`, async () => {
    const dir = folder();
    writeFileSync(join(dir, ".hd.lock"), holder);
    const stop = new AbortController();
    const waiting = locked(dir, stop.signal, () => Promise.reject(new Error("it is locked")));
    stop.abort();
    const { code, message } = failureOf(await waiting);
    assert.equal([code, message], ["cancelled", "Interrupted. Nothing was changed."]);
    assert.equal(readdirSync(dir), [".hd.lock"]);
  });
}

test("a folder that cannot hold a lock is told", async () => {
  const failed = failureOf(await locked(join(root, "nowhere"), never, async () => right(undefined)));
  assert.match(failed.message, /nowhere\/\.hd\.lock cannot be written: its folder does not exist\./);
});

test.run();
