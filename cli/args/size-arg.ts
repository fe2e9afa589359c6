/** A number of bytes: `512M`, `10G`; K, M and G are powers of 1024. */
import { left, right } from "fp-ts/lib/Either.js";
import type { ArgType } from "./arg-type.ts";

const units: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

export const sizeArg: ArgType<number> = {
  name: "size",
  parse: (text) => {
    const [, amount, unit = ""] = /^(\d{1,12})([KMG]?)$/.exec(text) ?? [];
    const bytes = Number(amount) * (units[unit] ?? Number.NaN);
    if (Number.isSafeInteger(bytes) && bytes >= 1024 ** 2) return right(bytes);
    return left("must be a size such as 512M or 10G, at least 1M");
  },
};
