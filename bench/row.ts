/**
 * A row of the benchmarks: a quantity of ours, the same quantity of the bare thing that limits it, both measured in one
 * run, and the bar that their ratio has to keep. Only ratios are judged: absolute figures are those of one machine.
 */
import type { Place } from "./place.ts";

/** Medians. */
export interface Measurement {
  readonly ours: number;
  readonly limit: number;
}

export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly bar: number;
  /** On which side of the bar the ratio has to be; the bar itself is kept. */
  readonly direction: "at most" | "at least";
  /** Takes at most half a minute, once what several rows share is there. What it starts or makes, it leaves to the place to undo. */
  readonly measure: (place: Place) => Promise<Measurement>;
}

/** What is told of a row, as it stands in `--json`. */
export interface Result extends Measurement {
  readonly name: string;
  readonly unit: string;
  readonly ratio: number;
  readonly bar: number;
  readonly ok: boolean;
}

/** Judged as it is told, so that no reader finds a ratio that looks different from its verdict. */
const rounded = (value: number): number => Number(value.toPrecision(4));

export const judge = ({ name, unit, bar, direction }: Omit<Row, "measure">, { ours, limit }: Measurement): Result => {
  const ratio = rounded(ours / limit);
  const ok = direction === "at most" ? ratio <= bar : ratio >= bar;
  return { name, unit, ours: rounded(ours), limit: rounded(limit), ratio, bar, ok };
};
