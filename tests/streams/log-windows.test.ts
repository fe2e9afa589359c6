/** Windows: together the whole stretch, each with about as many matches as were wanted, found by few counts. */
import * as fc from "fast-check";
import { isLeft, right } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { logWindows, type Window, type WindowsLog } from "../../streams/log-windows.ts";

const test = suite("streams/log-windows");

interface Counted extends WindowsLog {
  readonly calls: () => number;
}

/** A log that is only places: those of the records that match, in order. */
const logOf = (places: readonly number[]): Counted => {
  let calls = 0;
  const last = places.at(-1);
  const record = (seq: number): Stored => ({ seq, subject: "", atMs: 0, msgId: "", signature: undefined, body: "" });
  return {
    calls: () => calls,
    count: (seq) => async () => {
      calls += 1;
      return right(places.filter((place) => place >= seq).length);
    },
    last: () => async () => right(last === undefined ? undefined : record(last)),
  };
};

const windowsOf = async (log: WindowsLog, to: number, wanted: number): Promise<readonly Window[]> => {
  const windows = await logWindows(log, ["x"], { from: 1, to });
  if (isLeft(windows)) throw new Error(windows.left.message);
  const all: Window[] = [];
  for (;;) {
    const window = await windows.right.next(wanted);
    if (isLeft(window)) throw new Error(window.left.message);
    if (window.right === undefined) return all;
    all.push(window.right);
  }
};

const placesOf = fc
  .uniqueArray(fc.integer({ min: 1, max: 2_000 }), { maxLength: 300 })
  .map((all) => all.sort((a, b) => a - b));

test("every match below the end stands in one window, none of which holds too many", async () => {
  const cases = [placesOf, fc.integer({ min: 1, max: 2_001 }), fc.integer({ min: 1, max: 20 })] as const;
  await fc.assert(
    fc.asyncProperty(...cases, async (places, to, wanted) => {
      const windows = await windowsOf(logOf(places), to, wanted);
      for (const { from, to: end, matching } of windows) {
        const inside = places.filter((place) => place >= from && place < end).length;
        assert.equal(matching, [inside]);
        assert.ok(inside > 0 && inside <= 4 * wanted, `${inside}`);
      }
      for (const [n, { to: end }] of windows.entries()) if (n > 0) assert.is(end, windows[n - 1]?.from);
      const found = windows.reduce((sum, { matching = [] }) => sum + (matching[0] ?? 0), 0);
      assert.is(found, places.filter((place) => place < to).length);
    }),
  );
});

test("a burst that is buried is reached by one look, and cut by a few counts", async () => {
  const burst = Array.from({ length: 20_000 }, (_, n) => 100_000 + n);
  const log = logOf(burst);
  const windows = await logWindows(log, ["x"], { from: 1, to: 3_000_001 });
  const first = isLeft(windows) ? windows : await windows.right.next(100);
  assert.is(!isLeft(first) && first.right?.to, 120_000);
  assert.ok(log.calls() <= 16, `${log.calls()}`);
});

test("where the server cannot count, spans that double", async () => {
  const log: WindowsLog = { ...logOf([10_000]), count: () => async () => right(undefined) };
  const windows = await windowsOf(log, 20_000, 10);
  assert.equal(windows[0], { from: 9_745, to: 10_001, matching: undefined });
  assert.is(windows.at(-1)?.from, 1);
  for (const [n, { to }] of windows.entries()) if (n > 0) assert.is(to, windows[n - 1]?.from);
});

test("a log that cannot be read is the reason", async () => {
  const broken = () => left(failure("unreachable", "no route"));
  for (const part of [{ last: broken }, { count: broken }]) {
    const windows = await logWindows({ ...logOf([1]), ...part }, ["x"], { from: 1, to: 9 });
    assert.is(isLeft(windows) && windows.left.code, "unreachable");
  }
});

test.run();
