/** Colour, where it helps and is wanted: on a terminal, and not with NO_COLOR. */
import picocolors from "picocolors";
import type { Environment } from "../../lib/contract/alias.ts";
import type { Output } from "../env.ts";

export type Paint = ReturnType<typeof picocolors.createColors>;

export const paintFor = (output: Output, env: Environment): Paint =>
  picocolors.createColors(output.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb");

/** For whom is no terminal. */
export const unpainted: Paint = picocolors.createColors(false);

const good = ["completed", "applied", "built", "present"];
const bad = ["failed", "rejected", "rolled_back", "cancelled", "denied", "unreadable"];
const doubtful = ["unreachable", "away", "stopped", "waiting", "asked", "silent", "rollback", "skipped"];

/** The colour of a result or phase. A host that could not go back is in nobody's hands, so it is the loudest. */
export const tone = (paint: Paint, word: string): ((text: string) => string) => {
  if (word === "rollback_failed") return (text) => paint.inverse(paint.bold(paint.red(text)));
  if (good.includes(word)) return paint.green;
  if (bad.includes(word)) return paint.red;
  return doubtful.includes(word) ? paint.yellow : paint.cyan;
};
