/** Results for people, as an aligned table, and for programs, as one JSON object a line. */
import type { Result, Row } from "./row.ts";

const columns = (cells: readonly string[]): string =>
  cells
    .map((cell, n) => (n === 0 || n === cells.length - 1 ? cell : cell.padStart(n === 1 ? 6 : 9)))
    .join("  ")
    .trimEnd();

/** Lines of a table whose first column is as wide as the longest of these names. */
export const tableLines = (rows: readonly Pick<Row, "name">[]) => {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return {
    head: columns(["".padEnd(width), "unit", "ours", "limit", "ratio", "bar", ""]),
    line: ({ name, unit, ours, limit, ratio, bar, ok }: Result, direction: Row["direction"]): string => {
      const sign = direction === "at most" ? "<=" : ">=";
      const verdict = ok ? "ok" : "NOT OK";
      return columns([name.padEnd(width), unit, `${ours}`, `${limit}`, ratio.toFixed(2), `${sign} ${bar}`, verdict]);
    },
  };
};

export const jsonLine = ({ name, unit, ours, limit, ratio, bar, ok }: Result): string =>
  JSON.stringify({ name, unit, ours, limit, ratio, bar, ok });
