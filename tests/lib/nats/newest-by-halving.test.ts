/** The newest as of a sequence is found wherever it is, in few requests. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newestByHalving } from "../../../lib/nats/newest-by-halving.ts";
import type { Stored } from "../../../lib/router/ports.ts";

const test = suite("lib/nats/newest-by-halving");

const record = (seq: number): Stored => ({
  ...{ seq, subject: "hd.req.a.b.c", atMs: 0, body: String(seq) },
  ...{ msgId: undefined, signature: undefined },
});

test("the newest at or before a sequence, in no more requests than the sequence has binary digits", async () => {
  const places = fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(places, fc.nat(5_001), async (all, upTo) => {
      let requests = 0;
      const first = async (seq: number) => {
        requests += 1;
        const next = Math.min(...all.filter((one) => one >= seq));
        return Number.isFinite(next) ? record(next) : undefined;
      };
      const found = await newestByHalving(first, upTo);
      const expected = Math.max(0, ...all.filter((one) => one <= upTo));
      assert.is(found?.seq ?? 0, expected);
      assert.ok(requests <= upTo.toString(2).length, `${requests} requests up to ${upTo}`);
    }),
  );
});

test.run();
