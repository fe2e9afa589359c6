/** A length of time as people write it in files: `90s`, `15m`, `1h`, `30d`. It may be years, so no timer may be set with it. */
import { type Codec, text } from "./codec.ts";

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const Duration: Codec<string> = text("Duration", {
  pattern: /^(?:[1-9]\d{0,8}s|[1-9]\d{0,6}m|[1-9]\d{0,4}h|[1-9]\d{0,3}d)$/,
  maxLength: 10,
  sentence: "a length of time such as 90s, 15m, 1h or 30d",
});

/** Of what the codec has read; nothing that it refuses has one. */
export const millisOf = (duration: string): number =>
  Number.parseInt(duration, 10) * (unitMs[duration.slice(-1)] ?? Number.NaN);

/** @internal In the largest unit that it is a whole number of. */
export const durationText = (ms: number): string => {
  const unit = ["d", "h", "m"].find((one) => ms % (unitMs[one] ?? 1) === 0) ?? "s";
  return `${ms / (unitMs[unit] ?? 1)}${unit}`;
};
