/** An export is read like the stream it was made of; one that is not whole is never taken for one that is. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { endLine, headerLine, recordLine } from "../../streams/export-line.ts";
import { exportReader } from "../../streams/export-reader.ts";
import { rawCursor } from "../../streams/raw-cursor.ts";
import { storedOfRaw } from "../../streams/raw-stored.ts";
import { failureOf, rightOf } from "../support/either.ts";
import { exportText, rawRecord, textSource } from "../support/exports.ts";

const test = suite("streams/export-reader");

const records = [3, 4, 5, 8, 9, 10, 11, 20].map((seq) => rawRecord(seq));
const whole = exportText(records);

const seqsFrom = async (from: number, to = Number.POSITIVE_INFINITY): Promise<readonly number[]> => {
  const cursor = rawCursor(exportReader(textSource(whole)), from, to);
  const found: number[] = [];
  for (;;) {
    const one = rightOf(await cursor.peek());
    if (one === undefined) return found;
    found.push(one.seq);
    cursor.advance();
  }
};

test("it is read from any sequence on, forward and back", async () => {
  assert.equal(await seqsFrom(1), [3, 4, 5, 8, 9, 10, 11, 20]);
  assert.equal(await seqsFrom(6, 10), [8, 9, 10]);
  assert.equal(await seqsFrom(21), []);
  const reader = exportReader(textSource(whole));
  const firstOf = async (seq: number) => rightOf(await reader.page(seq)())[0]?.seq;
  for (const [seq, found] of [
    [20, 20],
    [21, undefined],
    [21, undefined],
    [1, 3],
    [4, 4],
    [3, 3],
    [9, 9],
    [5, 5],
  ] as const) {
    assert.is(await firstOf(seq), found);
  }
  await reader.close();
});

test("what it holds is known, also of one without records", async () => {
  const { records: count, first, last, redacted } = rightOf(await exportReader(textSource(whole)).summary()());
  assert.equal({ count, first, last, redacted }, { count: 8, first: 3, last: 20, redacted: false });
  assert.is(rightOf(await exportReader(textSource(exportText([]))).extent()())?.records, 0);
});

test("a part of an export is never taken for an export, wherever it was cut", async () => {
  const text = exportText(records.slice(0, 2));
  for (let length = 0; length < text.length; length++) {
    const { code, message } = failureOf(await exportReader(textSource(text.slice(0, length))).extent()());
    assert.is(code, "invalid_request");
    assert.match(message, /^the export(?:, line \d+:| is empty)/);
    const reader = exportReader(textSource(text.slice(0, length)));
    failureOf(await reader.page(5)());
    failureOf(await reader.page(5)());
  }
});

test("what is wrong is said, with its line", async () => {
  const [header, end] = [headerLine({ stream: "HD_AUDIT", createdAt: "", redacted: false }), endLine];
  const [three, four] = [recordLine(rawRecord(3)), recordLine(rawRecord(4))];
  const lastOfTwo = end({ records: 2, first: 3, last: 4 });
  for (const [text, message] of [
    ["", "the export is empty, so it is not an export."],
    ["hello\n", "the export, line 1: it is not a JSON object."],
    [three, "the export, line 1: it is not the beginning of an export."],
    [header + three, "the export, line 2: the export ends here without its end; it was cut short."],
    [header + three + four.slice(0, 20), "the export, line 3: the line was cut short."],
    [header + four + three + lastOfTwo, "the export, line 3: record 3 comes after record 4."],
    [header + three + three + lastOfTwo, "the export, line 3: record 3 comes after record 3."],
    [
      header + three + lastOfTwo,
      "the export, line 3: the export has 1 record, 3 to 3; its end says 2 records, 3 to 4.",
    ],
    [header + lastOfTwo, "the export, line 2: the export has no records; its end says 2 records, 3 to 4."],
    [header + three + four + lastOfTwo + three, "the export, line 5: there is more after the end of the export."],
    [header + three + header, "the export, line 3: an export begins inside another."],
  ]) {
    assert.is(failureOf(await exportReader(textSource(text ?? "")).extent()()).message, message);
  }
});

test("a record of an export reads like one of the log", () => {
  const headers = new Map([
    ["Nats-Msg-Id", ["a", "b"]],
    ["Hd-Signature", ["old", "new"]],
  ]);
  assert.equal(storedOfRaw(rawRecord(7, { headers, body: Buffer.from("grün").toString("latin1") })), {
    ...{ seq: 7, subject: "hd.req.alice.prod.web1", atMs: Date.parse("2026-11-28T04:00:00.123Z") },
    ...{ msgId: "a", signature: "new", body: "grün" },
  });
});

test.run();
