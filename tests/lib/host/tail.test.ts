/** The last lines of an output, fit for a record: bounded, without control characters, and never a failure. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { read } from "../../../lib/contract/codec.ts";
import { LogLine } from "../../../lib/contract/values.ts";
import { tail, tailLines } from "../../../lib/host/tail.ts";

const test = suite("lib/host/tail");
const dir = mkdtempSync(join(tmpdir(), "hd-tail-"));
const file = join(dir, "output");

test.after(() => rmSync(dir, { recursive: true, force: true }));

const tailOf = (contents: string | Uint8Array, count = 40): Promise<readonly string[]> => {
  writeFileSync(file, contents);
  return tail(file, count);
};

test("gives the last lines, without empty ones at the end", async () => {
  assert.equal(await tailOf("a\nb\nc\n", 2), ["b", "c"]);
  assert.equal(await tailOf("a\nb\nc", 2), ["b", "c"]);
  assert.equal(await tailOf("a\n\nb\n\n  \n\n"), ["a", "", "b"]);
  assert.equal(await tailOf(""), []);
  assert.equal(await tailOf("\n\n"), []);
  assert.equal(await tailOf("a\n", 0), []);
});

test("gives nothing, and no failure, for what cannot be read", async () => {
  assert.equal(await tail(join(dir, "none"), 40), []);
  mkdirSync(join(dir, "folder"));
  assert.equal(await tail(join(dir, "folder"), 40), []);
});

test("a line holds nothing that drives a terminal", async () => {
  assert.equal(await tailOf("\u001b[31;1merror:\u001b[0m no\tspace\u0007\u0000\u009b left\r\n"), [
    "error: no  space left",
  ]);
});

test("a line that overwrites itself is what it shows in the end", async () => {
  assert.equal(await tailOf("copying 1%\rcopying 50%\rcopying 100%, done\r\nnext\n"), ["copying 100%, done", "next"]);
});

test("credentials in URLs are taken out", async () => {
  assert.equal(await tailOf("cloning https://me:s3cret@host/flake and ssh://git:s3cret@host/x\n"), [
    "cloning https://***@host/flake and ssh://git:***@host/x",
  ]);
});

test("lines are cut, and all of them together have a bound", async () => {
  const [only = ""] = await tailOf(`${"x".repeat(5000)}\n`);
  assert.is(only, `${"x".repeat(999)}…`);
  const lines = await tailOf(`${"y".repeat(990)}\n`.repeat(60));
  assert.ok(lines.length > 30 && lines.length < 35, `${lines.length} lines`);
  assert.ok(Buffer.byteLength(lines.join("\n")) <= 32 * 1024);
});

test("of a large file only the end is read, from a whole line on", async () => {
  writeFileSync(file, "first\n");
  for (let block = 0; block < 8; block += 1) appendFileSync(file, `${"z".repeat(99)}\n`.repeat(10_000));
  appendFileSync(file, "last\n");
  const lines = await tail(file, 500);
  assert.is(lines.at(-1), "last");
  assert.ok(lines.length > 300 && lines.every((line) => line === "last" || line.length === 99));
});

test("one endless line is still shown", async () => {
  const [only = "", ...more] = await tailOf(`start ${"w".repeat(200_000)} end\n`);
  assert.equal(more, []);
  assert.is(only.length, 1000);
});

test("what is no UTF-8, or is cut within a character, still makes lines", async () => {
  assert.equal(await tailOf(Uint8Array.of(0xff, 0x61, 0x0a)), ["\ufffda"]);
  assert.match((await tailOf("ü".repeat(50_000)))[0] ?? "", /^\ufffd?ü+…$/);
});

test("whatever the output, its tail fits into a record", () => {
  const part = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\n", "\r", "\u001b[2J", "\ud800", "\t"));
  fc.assert(
    fc.property(fc.array(part), fc.nat(50), (parts, count) => {
      const lines = tailLines(parts.join(""), count);
      assert.ok(lines.length <= count);
      for (const line of lines) assert.is(read(LogLine, line), line);
    }),
    { numRuns: 2000 },
  );
});

test.run();
