/**
 * Moments as people type them: `2h ago`, `yesterday 14:00`, `2026-01-31 14:00`, RFC 3339. Total. Words such as `yesterday` and
 * times of day without a date are of this machine's time zone; a date in digits is UTC, as hd prints it, unless it says otherwise.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import { plain } from "../../lib/contract/plain.ts";
import { Instant } from "../../lib/contract/values.ts";

/** Which side of now is meant by what fits both: a length of time, a weekday, a time of day. */
export type Side = "past" | "future";

/** `undefined`: the text is of another form. Left: it is of this form, and there is no such moment. */
type Form = (text: string, nowMs: number, side: Side) => Either<string, number> | undefined;

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const amount = String.raw`(\d{1,12})\s?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)`;
const lengthOfTime = new RegExp(String.raw`^${amount}(?:\s?${amount})?(\sago)?$`);

const unitMs = (unit = "s"): number => unitsMs[unit.charAt(0) as keyof typeof unitsMs];

const byLength: Form = (text, nowMs, side) => {
  const [all, first, unit, second = "0", smaller, ago] = lengthOfTime.exec(text) ?? [];
  if (all === undefined) return undefined;
  const lengthMs = Number(first) * unitMs(unit) + Number(second) * unitMs(smaller);
  return right(side === "past" || ago !== undefined ? nowMs - lengthMs : nowMs + lengthMs);
};

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const dayOffsets: ReadonlyMap<string, number> = new Map([
  ["yesterday", -1],
  ["today", 0],
  ["tomorrow", 1],
]);

const timeOfDay = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}))?`;
const wordForm = new RegExp(
  String.raw`^(?:(${[...dayOffsets.keys(), ...weekdays].join("|")})(?:\s(?:at\s)?${timeOfDay})?|${timeOfDay})$`,
);

type Clock = readonly [hours: number, minutes: number, seconds: number];

const isClock = ([hours, minutes, seconds]: Clock): boolean => hours < 24 && minutes < 60 && seconds < 60;

/** By the calendar, because a day with a change of clocks has not 24 hours. */
const localMs = (nowMs: number, days: number, clock: Clock): number => {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, ...clock).getTime();
};

/** Of the days that fit, every `step`th from `first` on, the one nearest to now on that side; now itself is past. */
const nearestMs = (nowMs: number, side: Side, clock: Clock, [first, step]: readonly [number, number]): number => {
  const past = localMs(nowMs, first, clock) <= nowMs ? first : first - step;
  return localMs(nowMs, side === "past" ? past : past + step, clock);
};

const byWord: Form = (text, nowMs, side) => {
  const found = wordForm.exec(text);
  if (found === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = found
    .slice(found[1] === undefined ? 5 : 2)
    .map((part) => Number(part ?? 0));
  const clock: Clock = [hours, minutes, seconds];
  if (!isClock(clock)) return left("there is no such time of day");
  const days = dayOffsets.get(found[1] ?? "");
  if (days !== undefined) return right(localMs(nowMs, days, clock));
  const weekday = weekdays.indexOf(found[1] ?? "");
  // A time of day alone is of any day.
  const nearest = weekday < 0 ? ([0, 1] as const) : ([-((new Date(nowMs).getDay() - weekday + 7) % 7), 7] as const);
  return right(nearestMs(nowMs, side, clock, nearest));
};

const dateForm = /^(\d{4}-\d{2}-\d{2})(?:[t ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s?(z|utc|[+-]\d{2}:\d{2})?)?$/;

const byDate: Form = (text) => {
  const [all, date, minutes = "00:00", seconds = ":00", zone = "z"] = dateForm.exec(text) ?? [];
  if (all === undefined) return undefined;
  const time = read(Instant, `${date}T${minutes}${seconds}${zone === "utc" ? "Z" : zone.toUpperCase()}`);
  const atMs = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isFinite(atMs) ? right(atMs) : left("there is no such day, or no such time of day");
};

const forms: readonly Form[] = [(text, nowMs) => (text === "now" ? right(nowMs) : undefined), byLength, byWord, byDate];

const examples: Readonly<Record<Side, string>> = {
  past: "2h ago, 7d, yesterday 14:00, monday 09:00, 2026-01-31, 2026-01-31 14:00 or 2026-01-31T12:00:00Z",
  future: "2h, 7d, tomorrow 08:00, friday 17:00, 2026-12-01, 2026-12-01 08:00 or 2026-12-01T08:00:00Z",
};

/** A moment that no date has a form for is none. */
const lastMs = Date.parse("9999-12-31T23:59:59Z");

const shownLength = 60;

const refusal = (text: string, side: Side, why: string): string =>
  `must be a moment such as ${examples[side]}; it is "${plain(text, shownLength)}", and ${why}`;

/** Milliseconds since the epoch. Left: a sentence that fits after what was given. */
export const moment = (text: string, nowMs: number, side: Side): Either<string, number> => {
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  for (const form of forms) {
    const found = form(words, nowMs, side);
    if (found === undefined) continue;
    if (isLeft(found)) return left(refusal(text, side, found.left));
    if (Math.abs(found.right) <= lastMs) return found;
  }
  return left(refusal(text, side, "that is none of them"));
};
