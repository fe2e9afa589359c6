/** One line for each step, with its time: for logs, where nothing can be drawn over. */
import type { CliEnv } from "../env.ts";
import { clock } from "../print/age.ts";
import { simulatedNote } from "../print/simulated.ts";
import { firstLine, type Step } from "./watched.ts";

export const stalledText = (why: string): string => `the log cannot be read, trying again: ${why}`;

export interface StepLines {
  /** A step of someone, whose name is as wide as those of the others. */
  readonly step: (who: string, step: Omit<Step, "host" | "key">) => void;
  /** The log cannot be read right now: said once, until it can be again. */
  readonly stalled: (why: string) => void;
}

export const stepLines = ({ stderr, now }: Pick<CliEnv, "stderr" | "now">, width: number): StepLines => {
  const said = new Set<string>();
  const once = (what: string, text: string): void => {
    if (!said.has(what)) stderr.write(`${clock(now())}  ${text}\n`);
    said.add(what);
  };
  return {
    stalled: (why) => once("stalled", stalledText(why)),
    step: (who, { word, message, atMs, simulated }) => {
      said.delete("stalled");
      if (simulated) once("simulated", simulatedNote);
      stderr.write(
        `${clock(atMs)}  ${who.padEnd(width)}  ${word.padEnd(11)}  ${firstLine(message)}`.trimEnd().concat("\n"),
      );
    },
  };
};
