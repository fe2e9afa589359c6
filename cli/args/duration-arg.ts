/** A length of time: `90s`, `15m`, `1h`, `7d`; a bare number is seconds, as the options of the original tool have it. */
import { left, right } from "fp-ts/lib/Either.js";
import type { ArgType } from "./arg-type.ts";

const unitMs: Readonly<Record<string, number>> = { "": 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What timers can hold, 24.8 days, is the most that can be waited for. */
const mostMs = 2 ** 31 - 1;

const durationMs = (text: string): number | undefined => {
  const [, amount, unit = ""] = /^(\d{1,12})([smhd]?)$/.exec(text) ?? [];
  const factor = unitMs[unit];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
};

export const durationArg = (leastMs = 1_000): ArgType<number> => ({
  name: "duration",
  parse: (text) => {
    const ms = durationMs(text);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return right(ms);
    return left(`must be a duration such as 90s, 15m or 1h${leastMs > 0 ? ", at least 1s" : ""} and at most 24d`);
  },
});
