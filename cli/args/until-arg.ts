/** A moment to come: after a duration (`2h`, `7d`), a day (`2026-12-01`, its first moment, UTC) or a time as in RFC 3339. */
import { left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import { Instant } from "../../lib/contract/values.ts";
import type { ArgType } from "./arg-type.ts";
import { durationMs } from "./duration-arg.ts";

/** A moment that the wire has no form for is none. */
const latestMs = Date.parse("9999-12-31T23:59:59Z");

/** `NaN`: no moment. */
const momentIn = (text: string, nowMs: number): number => {
  const afterMs = /[smhd]$/.test(text) ? durationMs(text) : undefined;
  if (afterMs !== undefined) return nowMs + afterMs;
  return Date.parse(read(Instant, /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text) ?? "");
};

export const untilArg = (now: () => number): ArgType<number> => ({
  name: "moment",
  parse: (text) => {
    const atMs = momentIn(text, now());
    if (!(atMs <= latestMs))
      return left(
        "must be a duration such as 2h or 7d, a day such as 2026-12-01, or a time such as 2026-12-01T08:00:00Z",
      );
    return atMs > now() ? right(atMs) : left("must be a moment to come; this one is past");
  },
});
