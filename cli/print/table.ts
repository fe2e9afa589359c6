/**
 * Tables without borders. Only the last column may be long: it wraps within the width of the terminal. Made here, because
 * the libraries for it take longer to load and draw than `hd hosts` takes to ask NATS.
 */
import { stripVTControlCharacters } from "node:util";
import type { Paint } from "./paint.ts";
import { wrap } from "./wrap.ts";

export interface TableOptions {
  readonly paint: Paint;
  /** `undefined`: as wide as it gets. */
  readonly width: number | undefined;
}

type Cells = readonly string[];

const gap = "  ";
/** Narrower than this, a last column is harder to read than one that the terminal wraps. */
const leastLast = 20;

const lengthOf = (cell: string): number => stripVTControlCharacters(cell).length;

const pad = (cell: string, width: number): string => cell + " ".repeat(Math.max(0, width - lengthOf(cell)));

const widthsOf = (rows: readonly Cells[], count: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => Math.max(...rows.map((row) => lengthOf(row[n] ?? ""))));

export const table = (head: Cells, rows: readonly Cells[], { paint, width }: TableOptions): string => {
  const all = [head.map((title) => paint.dim(title)), ...rows];
  const widths = widthsOf(all, head.length - 1);
  const taken = widths.reduce((sum, columns) => sum + columns + gap.length, 0);
  const left = width === undefined || width - taken < leastLast ? Number.POSITIVE_INFINITY : width - taken;
  const lines = all.flatMap((row) => {
    const before = widths.map((columns, n) => pad(row[n] ?? "", columns) + gap).join("");
    const [first = "", ...more] = wrap(row[head.length - 1] ?? "", left);
    return [before + first, ...more.map((line) => " ".repeat(taken) + line)];
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
};
