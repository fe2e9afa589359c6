/** A moment in the past: a duration ago (`2h`, `7d`), a day (`2026-01-31`, from its first moment, UTC) or a time as in RFC 3339. */
import { left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import { Instant } from "../../lib/contract/values.ts";
import type { ArgType } from "./arg-type.ts";
import { durationMs } from "./duration-arg.ts";

export const momentArg = (now: () => number): ArgType<number> => ({
  name: "moment",
  parse: (text) => {
    const agoMs = /[smhd]$/.test(text) ? durationMs(text) : undefined;
    if (agoMs !== undefined) return right(now() - agoMs);
    const time = read(Instant, /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
    const atMs = time === undefined ? Number.NaN : Date.parse(time);
    if (Number.isFinite(atMs)) return right(atMs);
    return left(
      "must be a duration ago such as 2h or 7d, a day such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z",
    );
  },
});
