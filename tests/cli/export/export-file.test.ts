/** A file is read in pieces that end anywhere; its lines come out whole, and a last one without an end as it is. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { linesOf } from "../../../cli/export/export-file.ts";

const test = suite("cli/export/export-file");

const linesIn = async (pieces: readonly Uint8Array[]): Promise<readonly string[]> => {
  const found: string[] = [];
  const come = async function* () {
    yield* pieces;
  };
  for await (const lines of linesOf(come())) found.push(...lines);
  return found;
};

test("lines are whole wherever the pieces end, and end with a line feed alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary" })), fc.integer({ min: 1, max: 7 }), async (texts, size) => {
      const text = `\u{feff}grün\u2028\r${texts.join("\n")}`;
      const bytes = Buffer.from(text);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      assert.equal(await linesIn(pieces), text.split(/(?<=\n)/));
    }),
  );
});

test("bytes that are no text are no lines", async () => {
  for (const bytes of [
    [0xff, 0x0a],
    [0x61, 0xc3],
  ]) {
    const failed = await linesIn([new Uint8Array(bytes)]).then(
      () => false,
      () => true,
    );
    assert.ok(failed);
  }
});

test.run();
