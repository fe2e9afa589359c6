/** Moments as people type them, on both sides of now. */

import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { moment, type Side } from "../../../cli/args/moment.ts";
import { pastArg } from "../../../cli/args/moment-arg.ts";
import { age } from "../../../cli/print/age.ts";
import { anyText } from "../../support/arbitraries.ts";

const test = suite("cli/args/moment");

const zone = process.env["TZ"];
test.before(() => {
  // Two hours before UTC in summer, one in winter; its clocks are put on at 01:00Z of 29 March 2026.
  process.env["TZ"] = "Europe/Berlin";
});
test.after(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

/** A Monday, 14:00 in Berlin. */
const nowMs = Date.parse("2026-03-30T12:00:00Z");

const at = (text: string, side: Side = "past"): string => {
  const found = moment(text, nowMs, side);
  return isLeft(found) ? found.left : new Date(found.right).toISOString();
};

const pastOnes: readonly (readonly [string, string])[] = [
  ["now", "2026-03-30T12:00:00.000Z"],
  ["2h", "2026-03-30T10:00:00.000Z"],
  ["2h ago", "2026-03-30T10:00:00.000Z"],
  [" 2H  Ago ", "2026-03-30T10:00:00.000Z"],
  ["90m ago", "2026-03-30T10:30:00.000Z"],
  ["90 min ago", "2026-03-30T10:30:00.000Z"],
  ["1h 30m ago", "2026-03-30T10:30:00.000Z"],
  ["1h30m", "2026-03-30T10:30:00.000Z"],
  ["3 days ago", "2026-03-27T12:00:00.000Z"],
  ["1 day ago", "2026-03-29T12:00:00.000Z"],
  ["2 weeks ago", "2026-03-16T12:00:00.000Z"],
  ["0s", "2026-03-30T12:00:00.000Z"],
  ["today", "2026-03-29T22:00:00.000Z"],
  ["today 13:30", "2026-03-30T11:30:00.000Z"],
  ["today 15:30", "2026-03-30T13:30:00.000Z"],
  // Yesterday began in winter time.
  ["yesterday", "2026-03-28T23:00:00.000Z"],
  ["yesterday 14:00", "2026-03-29T12:00:00.000Z"],
  ["yesterday at 14:00:09", "2026-03-29T12:00:09.000Z"],
  ["13:59", "2026-03-30T11:59:00.000Z"],
  ["14:01", "2026-03-29T12:01:00.000Z"],
  ["monday", "2026-03-29T22:00:00.000Z"],
  ["monday 14:00", "2026-03-30T12:00:00.000Z"],
  ["Monday 14:01", "2026-03-23T13:01:00.000Z"],
  ["tuesday 09:00", "2026-03-24T08:00:00.000Z"],
  ["sunday 09:00", "2026-03-29T07:00:00.000Z"],
  ["2026-01-31", "2026-01-31T00:00:00.000Z"],
  ["2026-01-31 14:00", "2026-01-31T14:00:00.000Z"],
  ["2026-01-31 14:00:03Z", "2026-01-31T14:00:03.000Z"],
  ["2026-01-31 14:00 UTC", "2026-01-31T14:00:00.000Z"],
  ["2026-01-31 14:00 +01:00", "2026-01-31T13:00:00.000Z"],
  ["2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500Z"],
  ["2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z"],
];

for (const [text, expected] of pastOnes) test(text, () => assert.is(at(text), expected));

const futureOnes: readonly (readonly [string, string])[] = [
  ["2h", "2026-03-30T14:00:00.000Z"],
  ["1 week", "2026-04-06T12:00:00.000Z"],
  ["2h ago", "2026-03-30T10:00:00.000Z"],
  ["tomorrow 08:00", "2026-03-31T06:00:00.000Z"],
  ["14:00", "2026-03-31T12:00:00.000Z"],
  ["14:01", "2026-03-30T12:01:00.000Z"],
  ["monday 14:00", "2026-04-06T12:00:00.000Z"],
  ["friday 17:00", "2026-04-03T15:00:00.000Z"],
];

for (const [text, expected] of futureOnes) test(`until ${text}`, () => assert.is(at(text, "future"), expected));

const refused: readonly (readonly [string, string])[] = [
  ["", "and that is none of them"],
  ["90", "and that is none of them"],
  ["lately", "and that is none of them"],
  ["2 fortnights ago", "and that is none of them"],
  ["-2h", "and that is none of them"],
  ["2h ago ago", "and that is none of them"],
  ["99999999999d ago", "and that is none of them"],
  ["yesterday 25:00", "and there is no such time of day"],
  ["24:00", "and there is no such time of day"],
  ["2026-02-31", "and there is no such day, or no such time of day"],
  ["2026-01-31 24:00", "and there is no such day, or no such time of day"],
  ["31.01.2026", "and that is none of them"],
  ["2026-01-31T12:00:00Z; rm -rf /", "and that is none of them"],
];

for (const [text, why] of refused) {
  test(`refused: ${text}`, () => {
    assert.match(at(text), /^must be a moment such as 2h ago, 7d, yesterday 14:00, /);
    assert.ok(at(text).endsWith(`; it is "${text}", ${why}`), at(text));
  });
}

test("what was cannot be asked of what is to come", () => {
  const parsed = pastArg(() => nowMs).parse("today 15:00");
  assert.equal(parsed, { _tag: "Left", left: "must be a moment that is past; 2026-03-30 13:00:00Z is to come" });
});

const anyNow = fc.integer({ min: 0, max: Date.parse("2100-01-01T00:00:00Z") });
const anySide = fc.constantFrom<Side>("past", "future");
const words =
  "now ago at today yesterday tomorrow monday sunday 2h 90 m min days 14:00 24:61 2026-01-31 T Z +01:00".split(" ");
const anyWords = fc.array(fc.constantFrom(...words, " "), { maxLength: 6 }).map((parts) => parts.join(" "));

test("any text gives a moment that a date has a form for, or a sentence", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyWords), anyNow, anySide, (text, now, side) => {
      const found = moment(text, now, side);
      if (isLeft(found)) assert.match(found.left, "must be a moment such as");
      else assert.is(new Date(new Date(found.right).toISOString()).getTime(), found.right);
    }),
  );
});

test("a weekday or a time of day is on the side that is asked for, within a week", () => {
  const time = fc.tuple(fc.nat(23), fc.nat(59)).map(([h, m]) => `${h}:${String(m).padStart(2, "0")}`);
  const text = fc.tuple(fc.constantFrom("", "monday ", "thursday ", "sunday "), time).map((parts) => parts.join(""));
  const mostMs = 8 * 86_400_000;
  fc.assert(
    fc.property(text, anyNow, (words, now) => {
      const [past, future] = (["past", "future"] as const).map((side) => moment(words, now, side));
      assert.ok(past?._tag === "Right" && past.right <= now && past.right > now - mostMs);
      assert.ok(future?._tag === "Right" && future.right > now && future.right < now + mostMs);
    }),
  );
});

test("an instant is what it says, in any zone", () => {
  fc.assert(
    fc.property(anyNow, anySide, (atMs, side) => {
      assert.equal(moment(new Date(atMs).toISOString(), nowMs, side), { _tag: "Right", right: atMs });
    }),
  );
});

test("what hd prints as an age is understood", () => {
  fc.assert(
    fc.property(fc.nat(400 * 86_400_000), (agoMs) => {
      const found = moment(age(nowMs - agoMs, nowMs), nowMs, "past");
      assert.is(found._tag, "Right");
    }),
  );
});

test.run();
