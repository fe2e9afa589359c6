/** The kernel's own account of when it began. */
import { writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bootedAtMs } from "../../../lib/nix/booted-at.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/nix/booted-at");
const dir = tempDir("booted-at");

const of = (text: string): Promise<number | undefined> => {
  writeFileSync(join(dir, "stat"), text);
  return bootedAtMs(join(dir, "stat"));
};

test("milliseconds, from a line among others", async () => {
  assert.is(await of("cpu 1 2\nbtime 1700000000\nprocesses 5\n"), 1_700_000_000_000);
});

test("nothing where the kernel does not say", async () => {
  for (const text of ["", "cpu 1\n", "btime\n", "xbtime 5\n", "btime soon\n"])
    assert.is(await of(text), undefined, text);
  assert.is(await bootedAtMs(join(dir, "none")), undefined);
});

test("of this machine it agrees with how long it has been up", async () => {
  const bootedMs = await bootedAtMs();
  if (bootedMs === undefined) {
    console.log("skip: no /proc/stat here");
    return;
  }
  assert.ok(Math.abs(Date.now() - uptime() * 1000 - bootedMs) < 60_000);
});

test.run();
