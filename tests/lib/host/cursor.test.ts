/** The cursor: what is not a cursor counts as none, because none costs repeats and a wrong one loses records. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readCursor, writeCursor } from "../../../lib/host/cursor.ts";
import { requestId } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/cursor");
const dir = tempDir("cursor");
const id = requestId("req-1");
const file = join(dir, "req-1.cursor");

test("a cursor that was never written is 0", async () => {
  assert.is(await readCursor(dir, requestId("other")), 0);
  assert.is(await readCursor(join(dir, "nowhere"), id), 0);
});

test("what was written is read, and replaced as a whole", async () => {
  for (const n of [1, 12, 7]) {
    writeCursor(dir, id, n);
    assert.is(await readCursor(dir, id), n);
  }
  assert.is(readFileSync(file, "utf8"), "7\n");
  assert.equal(readdirSync(dir), ["req-1.cursor"]);
});

test("garbage is 0", async () => {
  const torn = ["", "\n", "1", "12 3\n", "1x\n", "x1\n", "-1\n", "1.5\n", "1e3\n", "0x10\n", "NaN\n", "\0\0\n"];
  for (const garbage of [...torn, "99999999999999999999\n", "1\n2\n", "{}", "\ufffd"]) {
    writeFileSync(file, garbage);
    assert.is(await readCursor(dir, id), 0, JSON.stringify(garbage));
  }
  writeFileSync(file, Buffer.from([0xff, 0xfe, 0x31, 0x0a]));
  assert.is(await readCursor(dir, id), 0);
});

test("a cursor that cannot be read is 0; one that cannot be written is told", async () => {
  mkdirSync(join(dir, "folder.cursor"));
  assert.is(await readCursor(dir, requestId("folder")), 0);
  assert.throws(() => writeCursor(join(dir, "nowhere"), id, 1), /ENOENT/);
});

test.run();
