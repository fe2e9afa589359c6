/** The way back through the log: windows that double, from its end to its beginning, with no gap and no overlap. */
import type { Stretch } from "./log-cursor.ts";

/** In sequences: the first fits a screen of deployments, the last bounds the memory. */
const spans = { first: 256, last: 4096 };

export function* stretches(end: number): Generator<Stretch> {
  for (let to = end + 1, span = spans.first; to > 1; span = Math.min(span * 2, spans.last)) {
    const from = Math.max(1, to - span);
    yield { from, to };
    to = from;
  }
}
