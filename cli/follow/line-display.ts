/** One line for each step of each host, with its time: for logs, where nothing can be drawn over. */
import type { CliEnv } from "../env.ts";
import { clock } from "../print/age.ts";
import { simulatedNote } from "../print/simulated.ts";
import type { Display } from "./display.ts";
import { firstLine, stepOf, targetOf, type Watched } from "./watched.ts";

const widest = (all: readonly Watched[], several: boolean): number =>
  Math.max(
    0,
    ...all.flatMap((watched) => watched.hosts.map(({ hostname }) => whoOf(watched, hostname, several).length)),
  );

const whoOf = (watched: Watched, host: string, several: boolean): string =>
  several ? `${targetOf(watched)} ${host}` : host;

export const lineDisplay = ({ stderr, now }: CliEnv, all: readonly Watched[]): Display => {
  const several = all.length > 1;
  const width = widest(all, several);
  const said = new Set<string>();
  /** Something to say once, until it is no longer so. */
  const once = (what: string, text: string) => {
    if (!said.has(what)) stderr.write(`${clock(now())}  ${text}\n`);
    said.add(what);
  };
  return {
    show: (watched, event) => {
      if (event.kind === "stalled")
        return once("stalled", `the log cannot be read, trying again: ${event.failure.message}`);
      said.delete("stalled");
      const { host, word, message, atMs, simulated } = stepOf(watched, event, now());
      if (simulated) once("simulated", simulatedNote);
      const who = whoOf(watched, host, several).padEnd(width);
      stderr.write(`${clock(atMs)}  ${who}  ${word.padEnd(11)}  ${firstLine(message)}`.trimEnd().concat("\n"));
    },
    close: () => {},
  };
};
