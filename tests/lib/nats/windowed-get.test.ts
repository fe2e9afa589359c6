/** Many single requests read the same as one request for many, whatever lies where and whichever replica answers. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { windowedGet } from "../../../lib/nats/windowed-get.ts";
import type { Stored } from "../../../lib/router/ports.ts";

const test = suite("lib/nats/windowed-get");

const record = (seq: number): Stored => ({
  seq,
  subject: "hd.req.a.b.c",
  atMs: 0,
  msgId: undefined,
  signature: undefined,
  body: String(seq),
});

/** Reads pages until one says that it was the last. */
const readAll = async (first: (seq: number) => Promise<Stored | undefined>, from: number, limit: number) => {
  const page = windowedGet(first);
  const seqs: number[] = [];
  for (let seq = from; seqs.length < limit; seq = (seqs.at(-1) ?? seq - 1) + 1) {
    const { records, cut } = await page(seq, limit - seqs.length);
    seqs.push(...records.map((one) => one.seq));
    if (!cut) break;
  }
  return seqs;
};

const places = fc
  .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 300 })
  .map((all) => all.toSorted((a, b) => a - b));

test("gives every record from a place on, once, in order, up to the limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.integer({ min: 1, max: 401 }),
      fc.integer({ min: 1, max: 350 }),
      async (all, from, limit) => {
        const first = async (seq: number) => all.filter((one) => one >= seq).map(record)[0];
        const expected = all.filter((one) => one >= from).slice(0, limit);
        assert.equal(await readAll(first, from, limit), expected);
      },
    ),
  );
});

test("passes over nothing when a replica lags behind: it gives a prefix", async () => {
  await fc.assert(
    fc.asyncProperty(places, fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1 }), async (all, lags) => {
      let asked = 0;
      const first = async (seq: number) => {
        const known = lags[asked++ % lags.length] ?? 0;
        return all.filter((one) => one >= seq && one <= known).map(record)[0];
      };
      const seqs = await readAll(first, 1, 1_000);
      assert.equal(seqs, all.slice(0, seqs.length));
    }),
  );
});

test("asks about once for each record when they are dense, and never many times when they are rare", async () => {
  const countFor = async (all: readonly number[]): Promise<number> => {
    let asked = 0;
    const first = async (seq: number) => {
      asked += 1;
      return all.filter((one) => one >= seq).map(record)[0];
    };
    await readAll(first, 1, 1_000);
    return asked;
  };
  const dense = await countFor(Array.from({ length: 400 }, (_, i) => i + 1));
  assert.ok(dense < 600, `${dense} requests for 400 records`);
  const rare = await countFor(Array.from({ length: 40 }, (_, i) => (i + 1) * 100));
  assert.ok(rare < 120, `${rare} requests for 40 records`);
});

test.run();
