/** Lengths of time for people: `0.4 s` is `412ms`, an hour and a bit is `1h 2m`. */
import prettyMs from "pretty-ms";

export const duration = (ms: number): string =>
  ms < 1_000 ? `${Math.max(0, Math.round(ms))}ms` : prettyMs(ms, { unitCount: 2, secondsDecimalDigits: 0 });
