/** Generations by their links: the next number, and the one a profile points to. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { repoint, setGeneration } from "../../../lib/nix/generations.ts";

const test = suite("lib/nix/generations");
const dir = mkdtempSync(join(tmpdir(), "hd-generations-"));
const profile = join(dir, "profiles", "system");

test.after(() => rmSync(dir, { recursive: true, force: true }));

test("numbers generations from 1, and what is set again while it is the newest is none", async () => {
  assert.is(await setGeneration(profile, "/a"), 1);
  assert.is(await setGeneration(profile, "/b"), 2);
  assert.is(await setGeneration(profile, "/b"), 2);
  assert.is(await setGeneration(profile, "/a"), 3);
  assert.is(readlinkSync(profile), "system-3-link");
  assert.is(readlinkSync(join(dir, "profiles", "system-1-link")), "/a");
});

test("goes on after the newest, also when the profile points to an older one or some are gone", async () => {
  unlinkSync(profile);
  symlinkSync("system-1-link", profile);
  unlinkSync(join(dir, "profiles", "system-2-link"));
  assert.is(await setGeneration(profile, "/c"), 4);
});

test("leaves nothing but links of its own name", async () => {
  symlinkSync("/x", join(dir, "profiles", "system-other-9-link"));
  assert.is(await setGeneration(profile, "/d"), 5);
  const names = readdirSync(join(dir, "profiles")).sort();
  assert.equal(names, [
    "system",
    "system-1-link",
    "system-3-link",
    "system-4-link",
    "system-5-link",
    "system-other-9-link",
  ]);
});

test("points a link elsewhere, whether it was there or not", async () => {
  const link = join(dir, "run", "current-system");
  await repoint(link, "/a");
  await repoint(link, "/b");
  assert.is(readlinkSync(link), "/b");
});

test.run();
