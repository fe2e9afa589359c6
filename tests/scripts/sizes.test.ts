/** The size limits against small trees on either side of each. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const script = join(import.meta.dirname, "../../scripts/sizes.ts");
const test = suite("sizes");
let folder = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "hd-sizes-"));
});

test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const ofLines = (count: number): string => "// line\n".repeat(count);

/** A function of `count` lines. */
const body = (name: string, count: number): string => `const ${name} = () => {\n${ofLines(count - 2)}};\n`;

const run = (): Promise<{ readonly code: unknown; readonly output: string; readonly errors: string }> =>
  new Promise((resolve) =>
    execFile(process.execPath, ["--import", "tsx", script, folder], (error, output, errors) =>
      resolve({ code: error?.code ?? 0, output, errors }),
    ),
  );

test("a tree at the limits passes and is reported", async () => {
  write("lib/a.ts", ofLines(200));
  write("handlers/b.ts", ofLines(60));
  write("cli/c/d.ts", body("f", 15));
  write("tests/long.test.ts", ofLines(500));
  const { code, output } = await run();
  assert.is(output, "sizes: 3 files, median 60 lines, longest 200; functions: p90 15 lines\n");
  assert.is(code, 0);
});

test("a file over the limit is named", async () => {
  write("streams/long.ts", ofLines(201));
  write("streams/short.ts", ofLines(1));
  const { code, errors } = await run();
  assert.is(code, 1);
  assert.is(errors, "streams/long.ts has 201 lines; at most 200\n");
});

test("a function over the limit is named, with what is within it", async () => {
  write("lib/a.ts", `const f = () => {\n${body("g", 30)}${ofLines(9)}};\n`);
  for (const name of ["b", "c"]) write(`lib/${name}.ts`, body("short", 3).repeat(10));
  const { code, errors } = await run();
  assert.is(code, 1);
  assert.is(errors, "f in lib/a.ts has 41 lines; at most 40\n");
});

test("a median over the limit fails", async () => {
  for (const name of ["a", "b", "c"]) write(`lib/${name}.ts`, ofLines(61));
  const { code, errors } = await run();
  assert.is(code, 1);
  assert.is(errors, "the median file has 61 lines; at most 60\n");
});

test("too many long functions fail, methods and function values among them", async () => {
  write("lib/a.ts", `${body("f", 3)}const g = {\n  h() {\n${ofLines(14)}  },\n};\n`);
  const { code, errors } = await run();
  assert.is(code, 1);
  assert.is(errors, "the 90th percentile of functions has 16 lines; at most 15\n");
});

test.run();
