/** What people wait for most often: `hd --help`, against a Node that does nothing. */
import { alternate } from "../alternate.ts";
import type { Row } from "../row.ts";
import { product } from "../support/bundled.ts";
import { emptyNode, processTime } from "../support/process-time.ts";

export const startHelp: Row = {
  name: "start-help",
  unit: "ms",
  bar: 1.5,
  direction: "at most",
  measure: () =>
    alternate({
      warmUps: 3,
      rounds: 31,
      ours: () => processTime([process.execPath, product, "--help"]),
      limit: emptyNode,
    }),
};
