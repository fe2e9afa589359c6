/** The last lines of a job's output, as they stand below what is said of it. */
import { indent } from "../print/indent.ts";

/** At most `most` of them; none where there is no output. */
export const tailText = (tail: readonly string[] = [], most = Number.POSITIVE_INFINITY): readonly string[] => {
  const shown = tail.slice(-most);
  if (shown.length === 0) return [];
  const count = shown.length === 1 ? "line" : `${shown.length} lines`;
  return [`  last ${count} of its output:`, indent(shown.join("\n"), "  | ")];
};
