/** Real locks, held by real processes. What the kernel's list looks like besides is given as text. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { notOnPath } from "../../../lib/nix/on-path.ts";
import { startService } from "../../../lib/nix/process.ts";
import { isLocked, isLockHeld, lockedFile } from "../../../lib/nix/switch-lock.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/nix/switch-lock");
const dir = tempDir("switch-lock");

test("a lock is seen while somebody holds it, and not taken by being looked at", async () => {
  if ((await notOnPath(["flock"], process.env)).length > 0 || !existsSync("/proc/locks")) {
    console.log("skip: no flock here, or no list of locks");
    return;
  }
  const lock = join(dir, "switch.lock");
  assert.equal(await isLockHeld(lock), right(false), "there is no such file");
  writeFileSync(lock, "");
  assert.equal(await isLockHeld(lock), right(false), "nobody holds it");
  let begun: () => void = () => {};
  const holds = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const holder = await startService(["flock", "--no-fork", lock, "/bin/sh", "-c", "echo held; exec sleep 600"], {
    onLine: () => begun(),
  });
  if (holder._tag === "Left") throw new Error(holder.left.reason);
  await holds;
  assert.equal(await isLockHeld(lock), right(true));
  const other = join(dir, "other.lock");
  writeFileSync(other, "");
  assert.equal(await isLockHeld(other), right(false), "it is another file");
  await holder.right.stop(5000);
  assert.equal(await isLockHeld(lock), right(false), "it went with its holder");
});

test("what cannot be looked at is a failure, not a lock that nobody holds", async () => {
  writeFileSync(join(dir, "file"), "");
  const answer = await isLockHeld(join(dir, "file", "switch.lock"));
  assert.is(answer._tag, "Left");
});

test("a file in the kernel's list is told by its device and its number; who only waits holds nothing", () => {
  assert.is(lockedFile(0x1bn, 72_049n), "00:1b:72049");
  assert.is(lockedFile(0xfe00n, 2_147_148n), "fe:00:2147148");
  // Numbers of devices that need more bits than the first layout had: 259:70000 and 5000:3.
  assert.is(lockedFile(0x1111_0370n, 1n), "103:11170:1");
  assert.is(lockedFile(0x1000_0003_8803n, 1n), "1388:03:1");
  const list = "1: FLOCK  ADVISORY  WRITE 12217 00:1b:72049 0 EOF\n2: -> FLOCK  ADVISORY  WRITE 12216 00:1b:5 0 EOF\n";
  assert.is(isLocked(list, "00:1b:72049"), true);
  assert.is(isLocked(list, "00:1b:7204"), false);
  assert.is(isLocked(list, "00:1b:5"), false);
  assert.is(isLocked("", "00:1b:5"), false);
});

test.run();
