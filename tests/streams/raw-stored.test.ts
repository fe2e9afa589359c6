/** A record read byte for byte, as every other reader knows it. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RawRecord } from "../../lib/router/records.ts";
import { storedOfRaw } from "../../streams/raw-stored.ts";

const test = suite("streams/raw-stored");

const raw = (more: Partial<RawRecord>): RawRecord => ({
  ...{ seq: 7, originSeq: 0, origin: "", subject: "hd.req.alice.prod.web1", time: "2026-01-31T12:00:00Z" },
  ...{ headers: new Map(), body: "{}", ...more },
});

test("its time is that of the server, down to the millisecond, however many digits it has", () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 0, maxLength: 9 });
  const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
  fc.assert(
    fc.property(seconds, digits, (second, fraction) => {
      const upToSeconds = new Date(second * 1_000).toISOString().slice(0, 19);
      const time = `${upToSeconds}${fraction.length === 0 ? "" : `.${fraction.join("")}`}Z`;
      const ms = Number(fraction.slice(0, 3).join("").padEnd(3, "0"));
      assert.is(storedOfRaw(raw({ time })).atMs, second * 1_000 + ms);
    }),
  );
});

test("another zone is read as what it is", () => {
  assert.is(
    storedOfRaw(raw({ time: "2026-01-31T14:00:00.123456+02:00" })).atMs,
    Date.parse("2026-01-31T12:00:00.123Z"),
  );
});

test("of two message ids the first counts, as for the server, and of two signatures the last", () => {
  const headers = new Map([
    ["Nats-Msg-Id", ["one", "two"]],
    ["Hd-Signature", ["first", "last"]],
  ]);
  const { msgId, signature } = storedOfRaw(raw({ headers }));
  assert.equal([msgId, signature], ["one", "last"]);
});

test("a body of any bytes becomes text as the client would read it", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const body = Buffer.from(bytes).toString("latin1");
      assert.is(storedOfRaw(raw({ body })).body, new TextDecoder().decode(bytes));
    }),
  );
});

test.run();
