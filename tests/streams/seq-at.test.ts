/** The sequence of a time: that of the first record at or after it, found without reading the log. */
import * as fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { left, right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import type { LogReader, Stored } from "../../lib/router/ports.ts";
import { seqAt } from "../../streams/seq-at.ts";

const test = suite("streams/seq-at");

type Log = Pick<LogReader, "next" | "end">;

const at = async (log: Log, timeMs: number): Promise<number> => {
  const found = await seqAt(log, timeMs)();
  if (isLeft(found)) throw new Error(found.left.message);
  return found.right;
};

interface Placed {
  readonly seq: number;
  readonly atMs: number;
}

const logOf = (records: readonly Placed[]): Log => {
  const all = records.map(
    (one): Stored => ({ ...one, subject: "hd.res.x", msgId: "", signature: undefined, body: "" }),
  );
  return {
    next: (seq) => right(all.find((one) => one.seq >= seq)),
    end: () => right(all.at(-1)?.seq ?? 0),
  };
};

test("the first record at or after the time, else the sequence behind the end", async () => {
  const log = logOf([10, 20, 20, 30].map((atMs, i) => ({ seq: i + 1, atMs })));
  for (const [timeMs, seq] of [
    [0, 1],
    [10, 1],
    [11, 2],
    [20, 2],
    [21, 4],
    [30, 4],
    [31, 5],
  ] as const)
    assert.is(await at(log, timeMs), seq, `${timeMs}`);
  assert.is(await at(logOf([]), 10), 1);
});

const gapsAndTimes = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), later: fc.nat({ max: 3 }) }));

test("as a search from the first record on, also where sequences are missing", async () => {
  await fc.assert(
    fc.asyncProperty(gapsAndTimes, fc.nat({ max: 60 }), async (steps, timeMs) => {
      const records: Placed[] = [];
      for (const { gap, later } of steps) {
        const { seq, atMs } = records.at(-1) ?? { seq: 0, atMs: 0 };
        records.push({ seq: seq + gap, atMs: atMs + later });
      }
      const first = records.find(({ atMs }) => atMs >= timeMs)?.seq ?? (records.at(-1)?.seq ?? 0) + 1;
      assert.is(await at(logOf(records), timeMs), first);
    }),
  );
});

test("a few looks for a long log", async () => {
  let looks = 0;
  const log: Log = {
    next: (seq) => {
      looks += 1;
      return right({ seq, atMs: seq, subject: "hd.res.x", msgId: undefined, signature: undefined, body: "" });
    },
    end: () => right(3_000_000),
  };
  assert.is(await at(log, 1_234_567), 1_234_567);
  assert.ok(looks <= 22, `${looks}`);
});

test("a log that cannot be read is the reason", async () => {
  const found = await seqAt({ ...logOf([]), end: () => left(failure("unreachable", "no route")) }, 1)();
  assert.is(isLeft(found) && found.left.code, "unreachable");
});

test.run();
