/** An output that was flooded keeps its end only, and says so; any other is kept whole. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cutOutput } from "../../../lib/host/cut-output.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/cut-output");
const dir = tempDir("cut-output");
const mib = 1024 * 1024;

test("up to 16 MiB it is kept whole", () => {
  const file = join(dir, "whole.log");
  writeFileSync(file, Buffer.alloc(16 * mib, "a\n"));
  cutOutput(file);
  assert.is(statSync(file).size, 16 * mib);
});

test("beyond it is cut to whole lines of its last MiB, and says what is missing", () => {
  const file = join(dir, "flood.log");
  const contents = `${"flood flood flood\n".repeat(1_000_000)}the last line\n`;
  writeFileSync(file, contents);
  cutOutput(file);
  const [note, first, ...others] = readFileSync(file, "utf8").split("\n");
  assert.is(note, `[hd: of ${contents.length} bytes of output only the end was kept]`);
  assert.is(first, "flood flood flood");
  assert.equal(others.slice(-2), ["the last line", ""]);
  assert.ok(statSync(file).size <= mib + 200 && statSync(file).size > mib - 200);
});

test("one endless line is cut too", () => {
  const file = join(dir, "line.log");
  writeFileSync(file, Buffer.alloc(17 * mib, "x"));
  cutOutput(file);
  assert.ok(statSync(file).size <= mib + 200 && statSync(file).size > mib - 200);
});

test("what is not there, or no file, is left alone", () => {
  cutOutput(join(dir, "missing.log"));
  cutOutput(dir);
});

test.run();
