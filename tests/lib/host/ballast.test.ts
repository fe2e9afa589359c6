/** Room for the truth: it is kept, given up when the disk is full, and made again. */
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { layBallast, withRoom } from "../../../lib/host/ballast.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/ballast");
const root = tempDir("ballast");
const file = join(root, "ballast");

const full = (code: string) => Object.assign(new Error(`${code}: no space left on device`), { code });

test("it takes its room, once", async () => {
  await layBallast(root);
  const { size, mtimeMs } = statSync(file);
  assert.is(size, 256 * 1024);
  await layBallast(root);
  assert.is(statSync(file).mtimeMs, mtimeMs);
});

test("where it cannot be made, nothing stands in its place", async () => {
  assert.match(await layBallast(join(root, "nowhere")).then(String, String), "ENOENT");
});

test("on a full disk it gives way, and what was to be written is written", async () => {
  for (const code of ["ENOSPC", "EDQUOT"]) {
    await layBallast(root);
    const written = await withRoom(root, async () => {
      if (existsSync(file)) throw full(code);
      return "written";
    });
    assert.equal([written, existsSync(file)], ["written", false]);
  }
});

test("anything else that goes wrong leaves it, and a disk that is full all the same is told", async () => {
  await layBallast(root);
  assert.match(await withRoom(root, () => Promise.reject(full("EROFS"))).then(String, String), "EROFS");
  assert.ok(existsSync(file));
  rmSync(file);
  assert.match(await withRoom(root, () => Promise.reject(full("ENOSPC"))).then(String, String), "ENOSPC");
});

test.run();
