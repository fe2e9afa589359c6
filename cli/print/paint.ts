/** Colour, where it helps and is wanted: on a terminal, and not with NO_COLOR. */
import picocolors from "picocolors";
import type { Environment } from "../../lib/contract/alias.ts";
import type { Output } from "../env.ts";

export type Paint = ReturnType<typeof picocolors.createColors>;

export const paintFor = (output: Output, env: Environment): Paint =>
  picocolors.createColors(output.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb");

/** The colour of a result or phase. */
export const tone = (paint: Paint, word: string): ((text: string) => string) => {
  if (word === "completed" || word === "present") return paint.green;
  if (word === "failed" || word === "rejected" || word === "unreadable") return paint.red;
  if (word === "unreachable" || word === "away" || word === "stopped" || word === "waiting" || word === "silent")
    return paint.yellow;
  return paint.cyan;
};
