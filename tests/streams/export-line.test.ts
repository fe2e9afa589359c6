/** What an export writes it reads again, byte for byte, whatever the bytes are; and nothing else is taken for a line of one. */
import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RawRecord } from "../../lib/router/records.ts";
import { endLine, exportLine, headerLine, recordLine } from "../../streams/export-line.ts";
import { rightOf } from "../support/either.ts";
import { rawRecord } from "../support/exports.ts";

const test = suite("streams/export-line");

const bytes = fc
  .oneof(
    fc.uint8Array(),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  )
  .map((some) => Buffer.from(some).toString("latin1"));
const name = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), fc.constantFrom("__proto__", "7", "Nats-Msg-Id"));
const value = fc.string({ unit: "binary" }).filter((text) => !/[\r\n]/.test(text));
const headers = fc
  .uniqueArray(fc.tuple(name, fc.array(value, { minLength: 1, maxLength: 3 })), { selector: ([key]) => key })
  .map((entries) => new Map(entries));

const record: fc.Arbitrary<RawRecord> = fc
  .record({ seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), headers, body: bytes })
  .map(({ seq, ...rest }) => rawRecord(seq, rest));

test("a record comes back as it was, whatever bytes it holds", () => {
  fc.assert(
    fc.property(record, (one) => {
      const text = recordLine(one);
      assert.is(text.indexOf("\n"), text.length - 1);
      const line = rightOf(exportLine(text));
      assert.is(line.type, "record");
      if (line.type !== "record") return;
      const sorted = (raw: RawRecord) => ({ ...raw, headers: [...raw.headers].toSorted() });
      assert.equal(sorted(line.record), sorted(one));
      assert.is(recordLine(line.record), text);
    }),
  );
});

test("a body that is text stands there as text, also with a byte order mark", () => {
  const lineOf = (body: Buffer) => JSON.parse(recordLine(rawRecord(1, { body: body.toString("latin1") })));
  assert.is(lineOf(Buffer.from("\u{feff}grün \u2028")).body, "\u{feff}grün \u2028");
  assert.is(lineOf(Buffer.from([0x68, 0xff])).body_base64, "aP8=");
});

test("the beginning and the end say what was exported", () => {
  const header = { stream: "HD_AUDIT", createdAt: "2026-11-28T05:00:00.000Z", redacted: true };
  assert.is(
    headerLine(header),
    '{"type":"export","apiVersion":"hd/v1","stream":"HD_AUDIT","created_at":"2026-11-28T05:00:00.000Z","redacted":true}\n',
  );
  assert.equal(rightOf(exportLine(headerLine(header))), { type: "export", header });
  const end = { records: 3, first: 5, last: 9 };
  assert.equal(rightOf(exportLine(endLine(end))), { type: "end", end });
});

test("whatever a line holds, it is a value or a sentence", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.ok(["Left", "Right"].includes(exportLine(text)._tag));
    }),
  );
});

test("what is wrong with a record is said", () => {
  const whole = JSON.parse(recordLine(rawRecord(1)));
  const reasonOf = (changes: object): string => {
    const line = exportLine(JSON.stringify({ ...whole, ...changes }));
    return isLeft(line) ? line.left : "nothing";
  };
  assert.is(reasonOf({ more: 1 }), "nothing");
  assert.is(reasonOf({ subject: "hd.ask.claude.prod.web1" }), "nothing");
  assert.is(reasonOf({ type: "item" }), "it is neither the beginning, nor a record, nor the end of an export");
  assert.is(reasonOf({ seq: 0 }), "seq is not the sequence of a record");
  assert.is(reasonOf({ seq: "1" }), "seq is not the sequence of a record");
  assert.is(reasonOf({ subject: "hd req" }), "subject is not the subject of a record of the log");
  for (const subject of [
    "$JS.API.STREAM.DELETE.X",
    "deploy.prod.web1",
    "hd.req.a.*",
    "hd.res.>",
    "hd.req",
    "hd.ask",
    "hd.asks.claude.prod.web1",
    "hd.req..a",
    "hd.req.a\tb",
  ])
    assert.is(reasonOf({ subject }), "subject is not the subject of a record of the log", subject);
  for (const name of ["Nats-Rollup", "nats-expected-stream", "Nats-Msg-Id2"])
    assert.match(reasonOf({ headers: { [name]: ["x"] } }) ?? "", /^headers is not/);
  assert.is(reasonOf({ time: "today" }), "time is not a time as in RFC 3339");
  for (const headers of [[], { a: "b" }, { a: [] }, { a: ["x\r\ny: z"] }, { "a b": ["c"] }, { a: ["\ud800"] }]) {
    assert.is(reasonOf({ headers }), "headers is not an object of names, each with a list of texts");
  }
  assert.is(reasonOf({ body: undefined }), "it has not exactly one of body and body_base64");
  assert.is(reasonOf({ body_base64: "aP8=" }), "it has not exactly one of body and body_base64");
  assert.is(reasonOf({ body: 7 }), "body is not a text");
  assert.is(reasonOf({ body: "\ud800" }), "body is not a text");
  assert.is(reasonOf({ body: undefined, body_base64: "a" }), "body_base64 is not base64");
});

test.run();
